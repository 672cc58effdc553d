using System.Security.Cryptography;
using Crank.Core;
using Crank.Mesh.Authorize;
using Crank.Mesh.Authorize.Log;
using Crank.Rego.Values;
using Crank.Trust.Keys;
using Crank.Trust.Sealing;
using Crank.Trust.Statements;
using Microsoft.Extensions.Time.Testing;

namespace Crank.Mesh.Tests.Authorize.Log;

/// <summary>A folder with a decision log, and a set of policies to be asked.</summary>
internal sealed class LogBench : IDisposable
{
    public const string Policy = """
        package crank.access

        decision := {"allow": input.n > 0, "rule": "positive", "reasons": []}
        """;

    private readonly TemporaryFolder _root = new();
    private long _id;

    public LogBench() => Sealing = SealingKey.OpenOrCreate(System.IO.Path.Combine(Folder, "sealing.key"));

    public string Folder => _root.Root;

    public FakeTimeProvider Clock { get; } = new(TestMesh.Start);

    public SigningKey Key { get; } = SigningKey.FromSeed(TestMesh.Origin, SHA256.HashData("a key of this test"u8));

    public SealingKey Sealing { get; }

    public PolicyLogSettings Settings { get; set; } = new();

    /// <summary>Waited for before the writer signs anything.</summary>
    public ManualResetEventSlim Signs { get; } = new(true);

    public IReadOnlyList<string> Files => PolicyLogFolder.Files(Folder);

    public SealedInputs Inputs => new(PolicyLogFolder.InputsOf(Folder), Sealing);

    public DecisionLog Open(string run = "run-1") => DecisionLog.Open(Folder, Settings, () =>
    {
        Signs.Wait();
        return Key;
    }, Sealing, run, Clock);

    public static PolicyBook Book(DecisionLog log, string policy = Policy, string more = "package system.log") =>
        new(PolicyInForce.Of([new("access.rego", policy), new("log.rego", more)], ObjectValue.Empty, "a test", "test/1", null, null, TimeProvider.System), TimeProvider.System)
        {
            Asked = asked => log.Add(asked),
            Salt = SaltedDigest.NewSalt,
        };

    public GateAnswer Ask(PolicyBook book, string input = """{"n": 1}""") => Ask(book, input, out _);

    public GateAnswer Ask(PolicyBook book, string input, out DecisionId id)
    {
        id = new(new SortableId((UInt128)Interlocked.Increment(ref _id)));
        return book.Ask(PolicyTopic.Job, JsonIn.Read(input), id, CancellationToken.None);
    }

    public LogAudit Audit(params VerificationKey[] keys) => LogAudit.Of(Files, keys.Length > 0 ? keys : [Key.Public], CancellationToken.None);

    /// <summary>Every line of the log, whole.</summary>
    public IReadOnlyList<Value> Lines() => [.. Files.SelectMany(LogAudit.Lines).Where(static l => l.IsWhole).Select(static l => JsonIn.Read(l.Line))];

    /// <summary>Changes the text of the only file.</summary>
    public void Edit(Func<string, string> edit)
    {
        var file = Files.Single();
        File.WriteAllText(file, edit(File.ReadAllText(file)));
    }

    public void Dispose()
    {
        Key.Dispose();
        Signs.Dispose();
        _root.Dispose();
    }
}
