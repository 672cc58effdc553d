namespace Crank.Storage;

/// <summary>The simulated process died here. Not a <see cref="StoreException"/>, so that nothing which handles those survives it.</summary>
public sealed class SimulatedCrashException() : Exception("The simulated process died during a commit.");
