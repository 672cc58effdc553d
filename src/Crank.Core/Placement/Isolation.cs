using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>The isolation really in force, as the tokens that were proved, e.g. <c>process+env+rlimits+gc-limit+watchdog+seccomp+landlock-7</c>; <c>none</c> in-process.</summary>
[JsonConverter(typeof(BareStringConverter<Isolation>))]
public readonly record struct Isolation : IParsable<Isolation>
{
    private const string Nothing = "none";
    private readonly string? _value;

    private Isolation(string value) => _value = value;

    /// <summary>No isolation: the controller's own process.</summary>
    public static Isolation None => default;

    /// <summary>The bare text.</summary>
    public string Value => _value ?? Nothing;

    /// <summary>How strong that is; never rounded up.</summary>
    public IsolationLevel Level
    {
        get
        {
            var (process, limits, seccomp, files, outer) = (false, false, false, false, false);
            var tokens = Value.AsSpan();
            foreach (var range in tokens.Split('+'))
            {
                var token = tokens[range];
                process |= token is "process";
                limits |= token is "rlimits";
                seccomp |= token is "seccomp";
                files |= token.StartsWith("landlock-", StringComparison.Ordinal);
                outer |= token is "bwrap" or "cgroup";
            }

            return (process && limits, seccomp, files, outer) switch
            {
                (true, true, true, true) => IsolationLevel.StrongPlus,
                (true, true, true, false) => IsolationLevel.Strong,
                (true, true, false, _) => IsolationLevel.Medium,
                _ => process ? IsolationLevel.Weak : IsolationLevel.None,
            };
        }
    }

    /// <summary>Reads the tokens.</summary>
    /// <exception cref="FormatException">Not tokens joined by +; the message shows what was given.</exception>
    public static Isolation Parse(string s, IFormatProvider? provider = null) => Bare.Parse<Isolation>(s, "an isolation such as process+env+rlimits");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Isolation result)
    {
        var valid = s is { Length: <= 200 } && s.Split('+').All(t => Bare.IsToken(t, 31, "-"));
        result = valid && s != Nothing ? new(s!) : default;
        return valid;
    }

    /// <summary>The bare text.</summary>
    public override string ToString() => Value;
}
