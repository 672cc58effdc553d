using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using Crank.Rego.Decide;
using Crank.Rego.Syntax;
using Crank.Rego.Values;

namespace Crank.Gateway.Opa.Sets;

/// <summary>What questions over HTTP are answered from: the set in force and, compiled with it, what was put over HTTP. Immutable but for the queries it has ready.</summary>
internal sealed class AskedSet
{
    private const int MostReady = 256;

    /// <summary>What policies may be allowed to reach, and who merely asks is not.</summary>
    private static readonly FrozenSet<string> s_outside = FrozenSet.Create(StringComparer.Ordinal, "http.send", "net.lookup_ip_addr");

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<(string Reference, PreparedQuery Query)>> _ready = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Reference, PreparedQuery Query)> _order = [];
    private readonly PolicySet _policies;
    private readonly Snapshot _data;

    private AskedSet(AskedBasis basis, ImmutableSortedDictionary<string, PutPolicy> put, PolicySet policies, Snapshot data, string? fault) =>
        (Basis, Put, _policies, _data, Fault) = (basis, put, policies, data, fault);

    /// <summary>The set in force.</summary>
    public AskedBasis Basis { get; }

    /// <summary>What was put over HTTP.</summary>
    public ImmutableSortedDictionary<string, PutPolicy> Put { get; }

    /// <summary>Why what was put does not stand beside the set in force and is not asked; null when it is.</summary>
    public string? Fault { get; }

    /// <summary>Every module that is asked, with its name.</summary>
    public IEnumerable<Module> Modules => _policies.Policy.Modules.Select(m => m.Source);

    /// <summary>Puts both together. When they do not fit, what is in force is asked alone, and <see cref="Fault"/> says so.</summary>
    public static AskedSet Of(AskedBasis basis, ImmutableSortedDictionary<string, PutPolicy> put)
    {
        try
        {
            return Strictly(basis, put);
        }
        catch (OpaException e)
        {
            return new(basis, put, basis.Policies, basis.Data, string.Join("; ", [e.Message, .. e.Errors.Select(i => $"{i.At}: {i.Message}")]));
        }
    }

    /// <summary>Puts both together.</summary>
    /// <exception cref="OpaException">They do not fit; everything that is wrong is in it.</exception>
    public static AskedSet Strictly(AskedBasis basis, ImmutableSortedDictionary<string, PutPolicy> put)
    {
        if (put.IsEmpty)
        {
            return new(basis, put, basis.Policies, basis.Data, null);
        }

        var own = basis.Policies.Policy.Modules.Select(m => m.Source.Source).ToList();
        foreach (var (name, policy) in put)
        {
            var parsed = Parser.ParseModule(name, policy.Text);
            var fault = !parsed.Ok ? throw OpaException.Wrong(OpaErrors.CompileModule, parsed.Errors)
                : own.Any(m => m.Name == name) ? $"policy {name} is owned by bundle \"{OpaAnswer.SetName}\""
                : PutRules.Fault(basis, parsed.Value);
            if (fault is not null)
            {
                throw OpaException.Wrong(fault);
            }
        }

        try
        {
            var policies = PolicySet.Compile([.. own.Select(m => new PolicySource(m.Name, m.Text)), .. put.Select(p => new PolicySource(p.Key, p.Value.Text))], basis.Policies.Options);
            // Read again so that the documents share the names of the policies.
            var text = new ArrayBufferWriter<byte>();
            JsonOut.Write(text, basis.Data.Data);
            return new(basis, put, policies, Snapshot.Read(policies, text.WrittenSpan, basis.Data.Revision), null);
        }
        catch (PolicyException e)
        {
            throw OpaException.Wrong(OpaErrors.CompileModule, e.Errors);
        }
    }

    /// <summary>Whether it was made of these.</summary>
    public bool IsOf(AskedBasis basis, ImmutableSortedDictionary<string, PutPolicy> put) =>
        ReferenceEquals(Put, put) && ReferenceEquals(Basis.Policies, basis.Policies) && ReferenceEquals(Basis.Data, basis.Data);

    /// <summary>The query for a document, ready to be asked. The last ones that were asked are kept.</summary>
    /// <exception cref="OpaException">The document is of a put policy that does not stand: nobody shall take that for an undefined one.</exception>
    public PreparedQuery Query(OpaPath path)
    {
        if (Fault is not null && Put.Any(p => Parser.ParseModule(p.Key, p.Value.Text) is not { Ok: true } parsed || PutRules.Overlap(PutRules.PackageOf(parsed.Value), [.. path.Parts])))
        {
            throw new OpaException(500, OpaCodes.Internal, "policies that were put over HTTP do not fit the set in force: " + Fault);
        }

        var reference = path.Reference;
        lock (_lock)
        {
            if (_ready.TryGetValue(reference, out var known))
            {
                _order.Remove(known);
                _order.AddFirst(known);
                return known.Value.Query;
            }
        }

        var query = _policies.Prepare(reference, _data);
        lock (_lock)
        {
            if (_ready.TryAdd(reference, new((reference, query))))
            {
                _order.AddFirst(_ready[reference]);
                if (_ready.Count > MostReady)
                {
                    _ready.Remove(_order.Last!.Value.Reference);
                    _order.RemoveLast();
                }
            }
        }

        return query;
    }

    /// <summary>A query of any expressions, ready to be asked once.</summary>
    /// <exception cref="PolicyException">The query is wrong.</exception>
    public PreparedQuery Answers(string query) => _policies.PrepareAnswers(query, _data, s_outside);
}
