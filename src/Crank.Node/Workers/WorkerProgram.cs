namespace Crank.Node.Workers;

/// <summary>
/// The program that hosts a service as a worker, such as <c>crank worker doc</c>. It confines itself by
/// <see cref="Crank.Confinement.Confined.Start"/>, then speaks <c>crank-session/1</c> on standard input and output.
/// </summary>
/// <param name="Service">Name of the service, a token such as <c>doc</c>; workers are called <c>doc-1</c>, <c>doc-2</c>, …</param>
/// <param name="Executable">Absolute path.</param>
/// <param name="Arguments">Passed as they are, without a shell.</param>
public sealed record WorkerProgram(string Service, string Executable, IReadOnlyList<string> Arguments)
{
    /// <summary>Folders beyond its own and the runtime's that it may read, absolute.</summary>
    public IReadOnlyList<string> ReadFolders { get; init; } = [];
}
