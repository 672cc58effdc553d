using System.Runtime.InteropServices;

namespace Crank.Sdk;

/// <summary>Ctrl-C and SIGTERM ask a joined service to leave in order; a second one ends it at once.</summary>
internal sealed class LeaveSignals : IDisposable
{
    private readonly CancellationTokenSource _leave = new();
    private readonly CancellationTokenSource _end;
    private readonly List<PosixSignalRegistration> _registrations = [];

    public LeaveSignals(CancellationToken end)
    {
        _end = CancellationTokenSource.CreateLinkedTokenSource(end);
        foreach (var signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGINT, PosixSignal.SIGTERM])
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                (_leave.IsCancellationRequested ? _end : _leave).Cancel();
            }));
        }
    }

    /// <summary>Cancelled when it is asked to leave.</summary>
    public CancellationToken Leave => _leave.Token;

    /// <summary>Cancelled when it is told to end.</summary>
    public CancellationToken End => _end.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _leave.Dispose();
        _end.Dispose();
    }
}
