using System.Runtime.InteropServices;

namespace Crank.Cli.Up;

/// <summary>Ctrl-C and SIGTERM ask to stop, and a second one insists; SIGHUP asks to read the configuration again.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _hurry = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    public StopSignals(Action reload)
    {
        foreach (var signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT])
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                (_stop.IsCancellationRequested ? _hurry : _stop).Cancel();
            }));
        }

        if (!OperatingSystem.IsWindows())
        {
            _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
            {
                context.Cancel = true;
                reload();
            }));
        }
    }

    /// <summary>Cancelled when a stop is asked for.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Cancelled when a stop is asked for again.</summary>
    public CancellationToken Hurry => _hurry.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _stop.Dispose();
        _hurry.Dispose();
    }
}
