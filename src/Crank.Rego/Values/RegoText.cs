using System.Runtime.CompilerServices;
using System.Text;

namespace Crank.Rego.Values;

/// <summary>Writes values as Rego terms, as error messages and <c>sprintf</c> show them.</summary>
internal static class RegoText
{
    public static string Write(in Value value)
    {
        switch (value.Kind)
        {
            case ValueKind.Undefined: return "undefined";
            case ValueKind.Number: return value.NumberText();
            case ValueKind.Null or ValueKind.Boolean or ValueKind.String: return JsonOut.Write(value);
            default:
                var text = new StringBuilder();
                Append(text, value);
                return text.ToString();
        }
    }

    private static void Append(StringBuilder text, in Value value)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (value.Kind)
        {
            case ValueKind.Array:
                text.Append('[');
                var array = value.AsArray();
                for (var i = 0; i < array.Count; i++)
                {
                    Separate(text, i);
                    Append(text, array[i]);
                }

                text.Append(']');
                break;
            case ValueKind.Object:
                text.Append('{');
                var members = value.AsObject();
                for (var i = 0; i < members.Count; i++)
                {
                    Separate(text, i);
                    var (key, item) = members.InOrder(i);
                    Append(text, key);
                    text.Append(": ");
                    Append(text, item);
                }

                text.Append('}');
                break;
            case ValueKind.Set:
                var set = value.AsSet();
                text.Append(set.Count == 0 ? "set(" : "{");
                for (var i = 0; i < set.Count; i++)
                {
                    Separate(text, i);
                    Append(text, set.InOrder(i));
                }

                text.Append(set.Count == 0 ? ')' : '}');
                break;
            default:
                text.Append(Write(value));
                break;
        }
    }

    private static void Separate(StringBuilder text, int position)
    {
        if (position > 0)
        {
            text.Append(", ");
        }
    }
}
