using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Crank.Core;
using Crank.Schema;
using Crank.Sdk.Declaring;
using Crank.Sdk.Running;
using Crank.Session;
using Crank.Session.Worker;

namespace Crank.Sdk;

/// <summary>
/// A capability: a named function from one record to another. Mark the class with <see cref="CapabilityAttribute"/> and
/// <see cref="PriceAttribute"/>; its doc comment and those of its records describe it to people and agents.
/// </summary>
/// <typeparam name="TInput">What it takes. Its JSON is checked against the schema made from this type before <see cref="RunAsync"/> sees it.</typeparam>
/// <typeparam name="TOutput">What it gives.</typeparam>
public abstract class Capability<TInput, TOutput> : CapabilityBase
{
    private const int MostErrorsShown = 5;

    private readonly Lazy<JsonSerializerOptions> _json;
    private readonly Lazy<Capability> _descriptor;
    private readonly Lazy<JsonSchema> _inputSchema;

    /// <summary>Makes it; nothing is read or compiled before it is needed.</summary>
    protected Capability()
    {
        _json = new(() => StrictJson.Options(JsonTypes));
        _descriptor = new(() => Declaration.Read(GetType(), typeof(TInput), typeof(TOutput), _json.Value));
        _inputSchema = new(() => JsonSchema.Compile(Descriptor.Input));
    }

    /// <inheritdoc/>
    public override Capability Descriptor => _descriptor.Value;

    /// <summary>A source-generated context that knows both types, for a faster start; reflection fills in what it does not know.</summary>
    protected virtual IJsonTypeInfoResolver? JsonTypes => null;

    internal JsonSerializerOptions Json => _json.Value;

    internal JsonTypeInfo<TInput> InputType => field ??= (JsonTypeInfo<TInput>)Json.GetTypeInfo(typeof(TInput));

    internal JsonTypeInfo<TOutput> OutputType => field ??= (JsonTypeInfo<TOutput>)Json.GetTypeInfo(typeof(TOutput));

    /// <summary>Does one job.</summary>
    /// <param name="input">Checked input.</param>
    /// <param name="job">Progress, metering and blobs of this job.</param>
    /// <param name="cancellationToken">Cancelled when the caller gives up or the deadline is over.</param>
    /// <exception cref="CapabilityException">The job is not done, for a declared reason.</exception>
    public abstract Task<TOutput> RunAsync(TInput input, JobContext job, CancellationToken cancellationToken);

    internal sealed override async Task<InvocationResult> InvokeAsync(WorkerInvocation invocation, TimeProvider clock, Action<Exception> log, CancellationToken cancellationToken)
    {
        var allowed = Descriptor.Limits.Deadline.Time;
        if (invocation.Deadline is { } asked && asked < allowed) allowed = asked;
        using var stop = new CancellationTokenSource(allowed, clock);
        await using var cancelled = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), stop);
        try
        {
            return await RunCheckedAsync(invocation, stop.Token);
        }
        catch (CapabilityException e)
        {
            return Said(e, log);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new InvocationResult.Failed(InvocationErrors.Cancelled, "The job was cancelled.", Retryable: true);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return new InvocationResult.Failed(InvocationErrors.Deadline, $"The job was not finished within {new Duration(allowed)}.", Retryable: false);
        }
        catch (Exception e)
        {
            return Broke(e, log);
        }
    }

    private async Task<InvocationResult> RunCheckedAsync(WorkerInvocation invocation, CancellationToken cancellationToken)
    {
        var total = invocation.Blobs.Aggregate((long)invocation.Input.Length, (sum, blob) => checked(sum + blob.Length));
        if (total > Descriptor.Limits.Input.Value)
            return BadInput($"The input has {total} bytes; {Descriptor.Id} takes at most {Descriptor.Limits.Input}.");
        if (Read(invocation.Input, out var input) is { } refusal) return refusal;
        var job = new JobContext(invocation, Descriptor);
        var output = await RunAsync(input!, job, cancellationToken);
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json)) JsonSerializer.Serialize(writer, output, OutputType);
        return json.WrittenCount + job.BlobBytes > Descriptor.Limits.Output.Value
            ? new InvocationResult.Failed(InvocationErrors.OutputTooLarge, $"The output has {json.WrittenCount + job.BlobBytes} bytes; {Descriptor.Id} gives at most {Descriptor.Limits.Output}.", Retryable: false)
            : new InvocationResult.Completed(json.WrittenMemory, job.Units);
    }

    private InvocationResult.Failed? Read(ReadOnlyMemory<byte> json, out TInput? input)
    {
        input = default;
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = StrictJson.MaxDepth });
            if (_inputSchema.Value.Validate(document.RootElement) is { IsValid: false } result)
                return BadInput($"The input does not fit {Descriptor.Id}: {string.Join(" ", result.Errors.Take(MostErrorsShown).Select(error => error + "."))}");
            input = document.RootElement.Deserialize(InputType);
            return input is null ? BadInput("The input is null.") : null;
        }
        catch (JsonException e)
        {
            return BadInput($"The input cannot be read: {e.Message}");
        }
    }

    private InvocationResult.Failed Said(CapabilityException said, Action<Exception> log)
    {
        if (said.Code == InvocationErrors.BadInput) return BadInput(said.Message);
        foreach (var declared in Descriptor.Errors)
        {
            if (declared.Code.Value == said.Code) return new InvocationResult.Failed(said.Code, said.Message, declared.Retryable);
        }

        return Broke(said, log);
    }

    private static InvocationResult.Failed Broke(Exception exception, Action<Exception> log)
    {
        log(exception);
        return new InvocationResult.Failed(InvocationErrors.Internal, "The capability broke. The worker's log says more.", Retryable: false);
    }

    private static InvocationResult.Failed BadInput(string message) => new(InvocationErrors.BadInput, message, Retryable: false);
}
