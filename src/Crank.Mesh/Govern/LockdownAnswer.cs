namespace Crank.Mesh.Govern;

/// <summary>What a lockdown met when it came into force.</summary>
/// <param name="Lockdown">The lockdown.</param>
/// <param name="Running">How many jobs ran.</param>
/// <param name="Stopped">How many of them were told to stop: all or none.</param>
/// <param name="Waiting">How many jobs wait in the queue until it is lifted, or until their deadline.</param>
public sealed record LockdownAnswer(Lockdown Lockdown, int Running, int Stopped, int Waiting);
