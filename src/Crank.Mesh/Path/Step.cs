using System.Diagnostics.CodeAnalysis;

namespace Crank.Mesh.Path;

/// <summary>What a step of the path returns: the next type, or a refusal; never both, never neither.</summary>
/// <typeparam name="T">The type that the step makes.</typeparam>
public readonly struct Step<T>
    where T : class
{
    private Step(T? value, Refusal? refusal) => (Value, Refusal) = (value, refusal);

    /// <summary>The next type; null when refused.</summary>
    public T? Value { get; }

    /// <summary>Why not; null when the step was taken.</summary>
    public Refusal? Refusal { get; }

    /// <summary>The step was taken.</summary>
    public static implicit operator Step<T>(T value) => new(value ?? throw new ArgumentNullException(nameof(value)), null);

    /// <summary>The step was refused.</summary>
    public static implicit operator Step<T>(Refusal refusal) => new(null, refusal ?? throw new ArgumentNullException(nameof(refusal)));

    /// <summary>True when the step was taken.</summary>
    public bool Taken([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out Refusal? refusal)
    {
        (value, refusal) = (Value, Refusal);
        return value is not null;
    }
}
