using System.Buffers;
using System.Collections.Immutable;
using Crank.Core;
using Crank.Rego.Builtins;
using Crank.Rego.Bundles;
using Crank.Rego.Decide;
using Crank.Rego.Run;
using Crank.Rego.Values;

namespace Crank.Mesh.Authorize;

/// <summary>
/// A set of policies ready to be asked: compiled, with its base documents and what is known of where it came from. Immutable; whoever holds one gets all answers from it,
/// however often another is put in force meanwhile.
/// </summary>
public sealed class PolicyInForce
{
    /// <summary>
    /// What one decision may use. Steps and elements bound it the same way on every machine, to some tens of milliseconds; the time is there for what they do not count.
    /// </summary>
    public static readonly DecisionLimits Limits = new() { Steps = 500_000, Elements = 1_000_000, Time = TimeSpan.FromSeconds(1), InputBytes = 1 << 20 };

    private static readonly Value s_mesh = "mesh";

    private readonly Lazy<Compiled> _compiled;
    private readonly PolicyInForce? _standard;
    private readonly ImmutableHashSet<string> _packages;
    private readonly ObjectValue _data;
    private readonly Func<Value, Value>? _jobs;

    private PolicyInForce(
        Lazy<Compiled> compiled, ImmutableHashSet<string> packages, ObjectValue data, string revision, Digest digest, string origin, PolicyInForce? standard, Func<Value, Value>? jobs)
    {
        (_compiled, _packages, _data, Revision, Digest, Origin, _standard, _jobs) = (compiled, packages, data, revision, digest, origin, standard, jobs);
    }

    /// <summary>False for the default set until it is asked about something that needs its modules.</summary>
    internal bool IsCompiled => _compiled.IsValueCreated;

    /// <summary>The compiled modules.</summary>
    public PolicySet Policies => _compiled.Value.Policies;

    /// <summary>The base documents.</summary>
    public Snapshot Snapshot => _compiled.Value.Snapshot;

    /// <summary>What receipts call this set: the manifest's revision, <c>folder/…</c> with the first 16 digits of the digest, or <c>default/…</c>.</summary>
    public string Revision { get; }

    /// <summary>SHA-256 over the paths and bytes of all files.</summary>
    public Digest Digest { get; }

    /// <summary>Where it came from, e.g. <c>folder /etc/crank/policy</c>.</summary>
    public string Origin { get; }

    /// <summary>Compiles a set.</summary>
    /// <param name="bundle">The modules and documents. Modules whose names end in <c>_test.rego</c> are for tests, and are left out.</param>
    /// <param name="origin">Where it came from.</param>
    /// <param name="revision">What receipts call it.</param>
    /// <param name="standard">The set that answers topics other than jobs for which this one has no module; null for none.</param>
    /// <param name="clock">The clock behind <c>time.now_ns</c>.</param>
    /// <exception cref="PolicyException">The policies do not compile.</exception>
    /// <exception cref="ValueFormatException">The documents nest too deep.</exception>
    public static PolicyInForce Of(Bundle bundle, string origin, string revision, PolicyInForce? standard, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        return Of(bundle.Modules, bundle.Data, origin, revision, Core.Digest.From(Convert.FromHexString(bundle.Digest)), standard, clock);
    }

    /// <summary>Compiles a set of modules and documents that are in memory already.</summary>
    /// <param name="modules">The modules. Those whose names end in <c>_test.rego</c> are for tests, and are left out.</param>
    /// <param name="data">The base documents.</param>
    /// <param name="origin">Where they came from.</param>
    /// <param name="revision">What receipts call the set.</param>
    /// <param name="digest">The digest of all of it; null for that of the modules alone.</param>
    /// <param name="standard">The set that answers topics other than jobs for which this one has no module; null for none.</param>
    /// <param name="clock">The clock behind <c>time.now_ns</c>.</param>
    /// <exception cref="PolicyException">The policies do not compile.</exception>
    /// <exception cref="ValueFormatException">The documents nest too deep.</exception>
    public static PolicyInForce Of(
        IEnumerable<PolicySource> modules, ObjectValue data, string origin, string revision, Digest? digest, PolicyInForce? standard, TimeProvider clock)
    {
        var compiled = Compiled.Of(modules, data, revision, clock);
        ImmutableHashSet<string> packages = [.. compiled.Policies.Policy.Modules.Select(m => m.Source.Package.Path.ToString()!["data.".Length..])];
        return new(new(compiled), packages, data, revision, digest ?? Core.Digest.From(Convert.FromHexString(compiled.Policies.Digest)), origin, standard, null);
    }

    /// <summary>The default set: compiled when it is first asked about something that <paramref name="jobs"/> does not answer.</summary>
    internal static PolicyInForce Standard(IReadOnlyList<PolicySource> files, string revision, Digest digest, Func<Value, Value>? jobs, TimeProvider clock) => new(
        new(() => Compiled.Of(files, ObjectValue.Empty, revision, clock)), [.. PolicyTopics.All.Select(t => t.Package()).Where(p => files.Any(f => $"crank.{f.Name}" == $"{p}.rego"))],
        ObjectValue.Empty, revision, digest, "the default policies", null, jobs);

    /// <summary>The same policies with other documents of the mesh itself under <c>data.mesh</c>: their members stand in the place of the set's own of the same name.</summary>
    public PolicyInForce With(ObjectValue mesh)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        var own = _data.Get(s_mesh);
        var members = new ObjectBuilder(mesh.Count + 4);
        foreach (var (name, value) in own.Kind == ValueKind.Object ? own.AsObject() : ObjectValue.Empty)
        {
            members.Set(name, value);
        }

        foreach (var (name, value) in mesh)
        {
            members.Set(name, value);
        }

        var data = new ObjectBuilder(_data.Count + 1);
        foreach (var (name, value) in _data)
        {
            data.Set(name, value);
        }

        data.Set(s_mesh, members.ToObject());
        var documents = data.ToObject();
        return new(new(() => _compiled.Value.Over(documents, Revision)), _packages, _data, Revision, Digest, Origin, _standard?.With(mesh), _jobs);
    }

    /// <summary>Whether this set itself has a module for a topic; where it has none, topics other than jobs are answered by the default set.</summary>
    public bool Covers(PolicyTopic topic) => _packages.Contains(topic.Package());

    /// <summary>Asks. Never throws for what a policy does: an error, a limit, silence, or an answer that cannot be obeyed denies, and says why.</summary>
    /// <param name="topic">What is asked about.</param>
    /// <param name="input">The input document.</param>
    /// <param name="recorded">Results of builtins from an earlier decision, to have it again; null for a new one.</param>
    /// <param name="cancellationToken">Ends the decision early.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public GateAnswer Ask(PolicyTopic topic, in Value input, IReadOnlyDictionary<Value, Value>? recorded = null, CancellationToken cancellationToken = default)
    {
        if (topic != PolicyTopic.Job && !Covers(topic))
        {
            return _standard is not null
                ? _standard.Ask(topic, input, recorded, cancellationToken)
                : GateAnswer.No(GateRules.Undefined, "The policy says nothing about this.", $"There is no package {topic.Package()}.").By(this);
        }

        try
        {
            var (result, made) = topic == PolicyTopic.Job && _jobs is not null ? (_jobs(input), null) : Decide(topic, input, recorded, cancellationToken);
            return AnswerReader.Read(topic, result, input).By(this, result, made);
        }
        catch (EvaluationException e)
        {
            return GateAnswer.No(GateRules.Failed, "The policy made an error.", e.Message).By(this);
        }
        catch (LimitException e)
        {
            return GateAnswer.No(GateRules.Limit, $"The policy took too much: {e.Message}", e.Message).By(this);
        }
    }

    private (Value Result, IReadOnlyDictionary<Value, Value>? Recorded) Decide(
        PolicyTopic topic, in Value input, IReadOnlyDictionary<Value, Value>? recorded, CancellationToken cancellationToken)
    {
        var decision = _compiled.Value.Queries[(int)topic].Decide(input, Limits, recorded, cancellationToken);
        return (decision.Result, decision.Recorded);
    }

    private sealed record Compiled(PolicySet Policies, Snapshot Snapshot, PreparedQuery[] Queries)
    {
        public static Compiled Of(IEnumerable<PolicySource> modules, ObjectValue data, string revision, TimeProvider clock)
        {
            var policies = PolicySet.Compile(modules.Where(m => !m.Name.EndsWith("_test.rego", StringComparison.Ordinal)), new() { Clock = clock });

            // Read again so that the documents share the names of the policies, which makes decisions fast.
            var buffer = new ArrayBufferWriter<byte>();
            JsonOut.Write(buffer, data);
            var snapshot = Snapshot.Read(policies, buffer.WrittenSpan, revision);
            return new(policies, snapshot, [.. PolicyTopics.All.Select(topic => policies.Prepare(topic.Query(), snapshot))]);
        }

        public Compiled Over(ObjectValue data, string revision)
        {
            var snapshot = Snapshot.Of(Policies, data, revision);
            return new(Policies, snapshot, [.. Queries.Select(query => query.Over(snapshot))]);
        }
    }
}
