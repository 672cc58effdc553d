using System.Runtime.CompilerServices;

namespace Crank.Core;

/// <summary>Rules of ours that hold or the program stops, in release builds too.</summary>
public static class Invariant
{
    /// <summary>Throws when a rule of ours is broken.</summary>
    /// <exception cref="InvariantBrokenException">The condition is false.</exception>
    public static void Holds(bool condition, [CallerArgumentExpression(nameof(condition))] string rule = "")
    {
        if (!condition)
        {
            throw new InvariantBrokenException(rule);
        }
    }
}
