using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Crank.Rego.Builtins;
using Crank.Rego.Plan;
using Crank.Rego.Run;
using Crank.Rego.Values;

namespace Crank.Rego.Decide;

/// <summary>A query of a policy set over one snapshot, ready to be asked from any number of threads.</summary>
public sealed class PreparedQuery
{
    private const int MaxSpareFrames = 64;
    private const int DecisionsUntilHot = 300;
    private readonly PolicySet _policies;
    private readonly QueryPlan _plan;
    private readonly Snapshot _snapshot;
    private readonly Value[] _linked;
    private readonly ConcurrentBag<Frame> _spare = [];
    private int _decisions;

    internal PreparedQuery(PolicySet policies, QueryPlan plan, Snapshot snapshot)
    {
        _policies = policies;
        _plan = plan;
        _snapshot = snapshot;
        _linked = [.. plan.Links.Select(l => l.Resolve(snapshot.Data))];
        if (policies.Options.Backend == PolicyBackend.Expressions)
        {
            plan.Compile();
        }
    }

    /// <summary>The base documents it is asked over.</summary>
    public Snapshot Snapshot => _snapshot;

    /// <summary>The same query over other base documents; decisions under way keep theirs.</summary>
    public PreparedQuery Over(Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return new(_policies, _plan, snapshot);
    }

    /// <summary>Answers the query for an input given as JSON in UTF-8.</summary>
    /// <exception cref="ValueFormatException">The input is no JSON, or larger than the limits allow.</exception>
    /// <exception cref="EvaluationException">The policy made an error: rules disagree, or a builtin refused its arguments.</exception>
    /// <exception cref="LimitException">A limit was reached.</exception>
    /// <exception cref="OperationCanceledException">The decision was cancelled.</exception>
    public Decision Decide(ReadOnlySpan<byte> inputJson, DecisionLimits? limits = null, CancellationToken cancellationToken = default) =>
        Decide(ReadInput(inputJson, limits), limits, null, cancellationToken);

    /// <summary>Reads an input to be asked with once or more; it shares the names of the policies, which makes deciding faster.</summary>
    /// <exception cref="ValueFormatException">The input is no JSON, or larger than the limits allow.</exception>
    public Value ReadInput(ReadOnlySpan<byte> inputJson, DecisionLimits? limits = null)
    {
        var most = (limits ?? DecisionLimits.Default).InputBytes;
        return inputJson.Length <= most
            ? JsonIn.Read(inputJson, _snapshot.Names)
            : throw new ValueFormatException($"The input has {inputJson.Length} bytes; {most} are allowed.");
    }

    /// <summary>Answers the query for an input that is a value already; undefined for none.</summary>
    /// <param name="input">The input.</param>
    /// <param name="limits">What the decision may use.</param>
    /// <param name="recorded">Results of an earlier decision to be used again: see <see cref="Decision.Recorded"/>.</param>
    /// <param name="cancellationToken">Ends the decision early.</param>
    /// <exception cref="EvaluationException">The policy made an error: rules disagree, or a builtin refused its arguments.</exception>
    /// <exception cref="LimitException">A limit was reached.</exception>
    /// <exception cref="OperationCanceledException">The decision was cancelled.</exception>
    public Decision Decide(
        in Value input, DecisionLimits? limits = null, IReadOnlyDictionary<Value, Value>? recorded = null, CancellationToken cancellationToken = default) =>
        Run(input, limits ?? DecisionLimits.Default, recorded, null, cancellationToken);

    /// <summary>As <see cref="Decide(in Value, DecisionLimits?, IReadOnlyDictionary{Value, Value}?, CancellationToken)"/>, telling <paramref name="probes"/> what was reached; for sets compiled with <see cref="PolicyOptions.Instrumented"/>.</summary>
    public Decision Observe(in Value input, Probes probes, DecisionLimits? limits = null, CancellationToken cancellationToken = default) =>
        Run(input, limits ?? DecisionLimits.Default, null, probes, cancellationToken);

    private Decision Run(in Value input, DecisionLimits limits, IReadOnlyDictionary<Value, Value>? recorded, Probes? probes, CancellationToken cancellationToken)
    {
        if (_decisions < DecisionsUntilHot && ++_decisions == DecisionsUntilHot && _policies.Options.Backend == PolicyBackend.Adaptive && RuntimeFeature.IsDynamicCodeCompiled)
        {
            _ = Task.Run(_plan.Compile, CancellationToken.None);
        }

        var frame = _spare.TryTake(out var spare) ? spare : NewFrame();
        try
        {
            frame.Input = input;
            frame.Data = _snapshot.Data;
            frame.Linked = _linked;
            frame.Probes = probes;
            frame.Start(limits.Steps, limits.Elements, limits.Time, _policies.Options.Clock, recorded is null ? null : new(recorded), cancellationToken);
            if (_plan.Answers)
            {
                frame.Locals[_plan.Slot] = Value.Hidden(new ArrayBuilder(0));
            }

            _plan.Body.Run(frame);
            var result = frame.Locals[_plan.Slot];
            if (_plan.Answers)
            {
                result = ((ArrayBuilder)result.Reference!).ToArray();
            }

            return new(result, _snapshot.Revision, frame.Recordings);
        }
        catch (InsufficientExecutionStackException)
        {
            throw new LimitException("The decision nests deeper than the stack allows; flatten the policy or its input.");
        }
        finally
        {
            frame.Clear();
            if (_spare.Count < MaxSpareFrames)
            {
                _spare.Add(frame);
            }
        }
    }

    private Frame NewFrame()
    {
        var options = _policies.Options;
        return new(_plan.Locals, _plan.Memos, new BuiltinContext(options.Clock, options.Chance(), options.Capabilities) { Runtime = options.Runtime })
        {
            Strict = options.StrictBuiltinErrors,
        };
    }
}
