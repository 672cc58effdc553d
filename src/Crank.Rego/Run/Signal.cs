namespace Crank.Rego.Run;

/// <summary>How a step ended.</summary>
internal enum Signal
{
    /// <summary>It held; go on with the next step.</summary>
    Next,

    /// <summary>It did not hold, or everything behind it was tried: go back to the enclosing loop.</summary>
    Back,

    /// <summary>The answer is known: leave all loops of this body.</summary>
    Stop,
}
