using Crank.Storage;

namespace Crank.Mesh.Tests;

/// <summary>A folder of its own for the blobs of one test, gone after it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("crank-mesh-").FullName;

    public string Root => _root;

    public BlobStore Blobs(TimeProvider clock, BlobLimits? limits = null) => BlobStore.Open(System.IO.Path.Combine(_root, "blobs"), limits ?? BlobLimits.Default, clock);

    public int Count => Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories).Count();

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
