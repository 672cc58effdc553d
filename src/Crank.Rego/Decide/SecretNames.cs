using System.Collections.Frozen;
using Crank.Rego.Values;

namespace Crank.Rego.Decide;

/// <summary>Members whose names say that they hold something secret or of a person: they are erased from events wherever they are, without any rule.</summary>
public sealed class SecretNames
{
    private const int MaxDepth = 128;

    private static readonly string[] s_usual =
    [
        "password", "passwd", "passphrase", "pin", "secret", "clientsecret", "token", "accesstoken", "refreshtoken", "idtoken", "apikey", "privatekey", "secretkey", "accesskey",
        "authorization", "proxyauthorization", "cookie", "setcookie", "credential", "credentials", "session", "sessionid", "signature", "salt", "otp",
        "email", "emailaddress", "phone", "phonenumber", "mobile", "address", "street", "firstname", "lastname", "fullname", "givenname", "familyname", "birthdate", "dateofbirth",
        "ssn", "taxid", "passport", "iban", "cardnumber", "ip", "ipaddress", "remoteaddr",
    ];

    private readonly FrozenSet<string> _names;

    private SecretNames(IEnumerable<string> names) => _names = names.Select(Plain).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The usual names: of passwords, keys, tokens and cookies, of persons, and of how to reach them.</summary>
    public static SecretNames Usual { get; } = new(s_usual);

    /// <summary>The usual names and these. Case, hyphens, underscores and spaces do not count.</summary>
    public static SecretNames And(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return new(s_usual.Concat(names));
    }

    /// <summary>The event without such members; each is told of in <see cref="DecisionEvent.Erased"/>.</summary>
    public DecisionEvent Apply(DecisionEvent decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        var erased = new List<string>();
        var (input, result, cache) = (Without(decision.Input, "/input", 0, erased), Without(decision.Result, "/result", 0, erased), Without(decision.NdBuiltinCache, "/nd_builtin_cache", 0, erased));
        return erased.Count == 0 ? decision : decision with { Input = input, Result = result, NdBuiltinCache = cache, Erased = [.. decision.Erased, .. erased] };
    }

    private static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    private Value Without(in Value value, string path, int depth, List<string> erased)
    {
        if (depth > MaxDepth)
        {
            erased.Add(path);
            return Value.Null;
        }

        var before = erased.Count;
        switch (value.Kind)
        {
            case ValueKind.Object:
                var made = new ObjectBuilder(value.AsObject().Count);
                foreach (var (key, member) in value.AsObject())
                {
                    var text = key.TryGetString(out var name) ? name : JsonOut.Write(key);
                    var below = path + PointerText.Of([text]);
                    if (_names.Contains(Plain(text)))
                    {
                        erased.Add(below);
                        continue;
                    }

                    made.Set(key, Without(member, below, depth + 1, erased));
                }

                return erased.Count == before ? value : made.ToObject();
            case ValueKind.Array:
                var items = new ArrayBuilder(value.AsArray().Count);
                foreach (var item in value.AsArray())
                {
                    items.Add(Without(item, $"{path}/{items.Count}", depth + 1, erased));
                }

                return erased.Count == before ? value : items.ToArray();
            case ValueKind.Set:
                // A set is written as an array, so its places are those in order.
                var list = ArrayValue.Of([.. value.AsSet()]);
                var without = Without(list, path, depth, erased);
                return erased.Count == before ? value : without;
            default:
                return value;
        }
    }
}
