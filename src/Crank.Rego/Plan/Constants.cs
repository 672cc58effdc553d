using Crank.Rego.Syntax;
using Crank.Rego.Values;

namespace Crank.Rego.Plan;

/// <summary>Terms that are values.</summary>
internal static class Constants
{
    public static bool TryValue(Term term, NameTable names, out Value value)
    {
        switch (term)
        {
            case Term.Null:
                value = Value.Null;
                return true;
            case Term.Boolean boolean:
                value = boolean.Value;
                return true;
            case Term.Number number:
                value = Value.Number(number.Text.StartsWith('.') ? "0" + number.Text : number.Text);
                return true;
            case Term.String text:
                value = names.Add(text.Value);
                return true;
            case Term.Array array:
                var items = new ArrayBuilder(array.Items.Length);
                value = default;
                foreach (var item in array.Items)
                {
                    if (!TryValue(item, names, out var constant))
                    {
                        return false;
                    }

                    items.Add(constant);
                }

                value = items.ToArray();
                return true;
            case Term.Set set:
                var members = new SetBuilder(set.Items.Length);
                value = default;
                foreach (var item in set.Items)
                {
                    if (!TryValue(item, names, out var constant))
                    {
                        return false;
                    }

                    members.Add(constant);
                }

                value = members.ToSet();
                return true;
            case Term.Object pairs:
                var made = new ObjectBuilder(pairs.Pairs.Length);
                value = default;
                foreach (var (keyTerm, valueTerm) in pairs.Pairs)
                {
                    if (!TryValue(keyTerm, names, out var key) || !TryValue(valueTerm, names, out var constant))
                    {
                        return false;
                    }

                    if (!made.Set(key, constant) && made.Get(key) != constant)
                    {
                        return false;
                    }
                }

                value = made.ToObject();
                return true;
            default:
                value = default;
                return false;
        }
    }
}
