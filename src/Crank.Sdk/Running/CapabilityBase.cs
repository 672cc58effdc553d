using Crank.Core;
using Crank.Session;
using Crank.Session.Worker;

namespace Crank.Sdk;

/// <summary>What every capability is, whatever it takes and gives. Derive from <see cref="Capability{TInput, TOutput}"/>.</summary>
public abstract class CapabilityBase
{
    private protected CapabilityBase()
    {
    }

    /// <summary>Name, version, schemas, limits, declared errors and price, made from the attributes, types and doc comments when first asked for.</summary>
    /// <exception cref="CapabilityDeclarationException">The declaration is incomplete or contradicts itself.</exception>
    public abstract Capability Descriptor { get; }

    /// <summary>Whether it could take a job now. Asked on the session's reader: must return at once. Well unless overridden.</summary>
    public virtual WorkerHealth Health => new(Ok: true);

    internal abstract Task<InvocationResult> InvokeAsync(WorkerInvocation invocation, TimeProvider clock, Action<Exception> log, CancellationToken cancellationToken);
}
