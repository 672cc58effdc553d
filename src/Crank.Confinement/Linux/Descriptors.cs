using System.Globalization;

namespace Crank.Confinement.Linux;

/// <summary>The files that a process was started with.</summary>
internal static class Descriptors
{
    private const nint FirstBeyondErrors = 3;
    private const nint CloseOnExec = 4;
    private const nint SetFlags = 2;

    /// <summary>
    /// Lets nothing but standard input, output and error reach the program executed next. The runtime opens its own files so; what a shell
    /// or a supervisor left open for the parent would pass the wall around files, which asks at the opening alone.
    /// </summary>
    /// <exception cref="ConfinementException">One could not be marked.</exception>
    public static void CloseOnExecute()
    {
        if (Libc.SystemCall((nint)SystemCalls.CloseRange, FirstBeyondErrors, int.MaxValue, CloseOnExec, 0, 0, 0) == 0) return;

        // Linux before 5.11.
        foreach (var link in Directory.GetFiles("/proc/self/fd"))
        {
            var descriptor = nint.Parse(Path.GetFileName(link), CultureInfo.InvariantCulture);
            if (descriptor >= FirstBeyondErrors && Libc.SystemCall((nint)SystemCalls.Fcntl, descriptor, SetFlags, 1, 0, 0, 0) != 0 && Libc.LastError != Libc.BadDescriptor)
                throw new ConfinementException($"The open file {descriptor} could not be kept from the worker: error {Libc.LastError}.");
        }
    }
}
