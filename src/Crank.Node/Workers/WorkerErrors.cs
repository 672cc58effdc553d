namespace Crank.Node.Workers;

/// <summary>Error codes of the node itself, beside those that capabilities declare and those of the session.</summary>
public static class WorkerErrors
{
    /// <summary>No worker could be started; another node may.</summary>
    public const string Start = "worker-start";

    /// <summary>The worker's walls are weaker than demanded.</summary>
    public const string Isolation = "isolation-too-weak";

    /// <summary>The input could not be read while it was sent.</summary>
    public const string Input = "input-unreadable";
}
