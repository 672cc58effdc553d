using Crank.Core;
using Crank.Mesh.Authorize.Log;
using Crank.Rego.Values;

namespace Crank.Mesh.Authorize;

/// <summary>
/// The set of policies in force, replaced as a whole: a decision under way ends with the set it began with, the next one begins with the new one, and none is refused
/// because of a change.
/// </summary>
public sealed class PolicyBook(PolicyInForce first, TimeProvider clock)
{
    private readonly Lock _changing = new();
    private volatile PolicyInForce _current = first ?? throw new ArgumentNullException(nameof(first));
    private PolicyInForce _loaded = first;
    private ObjectValue? _mesh;
    private volatile PolicyFailure? _lastError;
    private long _unheard;

    /// <summary>The set in force.</summary>
    public PolicyInForce Current => _current;

    /// <summary>When it was put in force.</summary>
    public DateTimeOffset Since { get; private set; } = clock.GetUtcNow();

    /// <summary>Why the last attempt to change the set failed; null when the last one did not.</summary>
    public PolicyFailure? LastError => _lastError;

    /// <summary>Told of every question that was answered, on the thread of whoever asked: it must not wait. What it throws is counted as <see cref="Unheard"/>.</summary>
    public Action<PolicyAsked>? Asked { get; set; }

    /// <summary>
    /// Makes 32 bytes that nobody can guess; with it, the input of every job's decision that has a name is committed to (<see cref="GateAnswer.Commitment"/>). Null: none is.
    /// </summary>
    public Func<byte[]>? Salt { get; set; }

    /// <summary>How many answers <see cref="Asked"/> failed to hear.</summary>
    public long Unheard => Interlocked.Read(ref _unheard);

    /// <summary>Told of every set that is put in force.</summary>
    public Action<PolicyInForce>? Changed { get; set; }

    /// <summary>Puts another set in force.</summary>
    public void Put(PolicyInForce next)
    {
        ArgumentNullException.ThrowIfNull(next);
        lock (_changing)
        {
            _loaded = next;
            _lastError = null;
            Since = clock.GetUtcNow();
            _current = _mesh is { } mesh ? next.With(mesh) : next;
        }

        Changed?.Invoke(_current);
    }

    /// <summary>Replaces the documents of the mesh itself, <c>data.mesh.*</c>, for this set and all that follow.</summary>
    public void PutMesh(ObjectValue mesh)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        lock (_changing)
        {
            _mesh = mesh;
            _current = _loaded.With(mesh);
        }
    }

    /// <summary>Keeps what went wrong with a change, null when the files are those in force again; the set in force stays.</summary>
    public void Fail(PolicyFailure? failure) => _lastError = failure;

    /// <summary>Asks the set in force, and tells <see cref="Asked"/>.</summary>
    /// <param name="topic">What is asked about.</param>
    /// <param name="input">The input document.</param>
    /// <param name="decision">Names the decision; null for none.</param>
    /// <param name="cancellationToken">Ends the decision early.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public GateAnswer Ask(PolicyTopic topic, in Value input, DecisionId? decision, CancellationToken cancellationToken)
    {
        var (set, asked) = (_current, Asked);
        if (asked is null)
        {
            return set.Ask(topic, input, null, cancellationToken);
        }

        var began = clock.GetTimestamp();
        var answer = set.Ask(topic, input, null, cancellationToken);
        try
        {
            if (topic == PolicyTopic.Job && decision is not null && Salt is { } salt)
            {
                answer = answer with { Commitment = DecisionCommitment.Of(salt(), input, answer.Recorded) };
            }

            asked(new(topic, input, answer, set, decision, clock.GetElapsedTime(began)));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Who listens must not turn an answer into another one.
            Interlocked.Increment(ref _unheard);
        }

        return answer;
    }

    /// <summary>Tells <see cref="Asked"/> of an answer that somebody had from a set of this book by other means than <see cref="Ask"/>.</summary>
    public void Tell(in PolicyAsked answered)
    {
        try
        {
            Asked?.Invoke(answered);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Interlocked.Increment(ref _unheard);
        }
    }
}
