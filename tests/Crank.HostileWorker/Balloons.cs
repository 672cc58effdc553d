using System.Runtime.InteropServices;

namespace Crank.HostileWorker;

internal static unsafe class Balloons
{
    private const int Megabyte = 1 << 20;

    public static string Managed(int megabytes)
    {
        var kept = new List<byte[]>();
        Blow(megabytes, kept);
        return $"allocated {kept.Count}";
    }

    public static string ManagedCaught(int megabytes)
    {
        var kept = new List<byte[]>(megabytes);
        try
        {
            Blow(megabytes, kept);
        }
        catch (OutOfMemoryException)
        {
            var count = kept.Count;
            kept = [];
            return $"stopped {count}";
        }

        return $"allocated {kept.Count}";
    }

    public static string Native(int megabytes)
    {
        for (var i = 0; i < megabytes; i++) NativeMemory.Fill(NativeMemory.Alloc(Megabyte), Megabyte, 1);
        return $"allocated {megabytes}";
    }

    public static string Shared(int megabytes)
    {
        for (var i = 0; i < megabytes; i++)
        {
            var memory = Libc.MapMemory(0, Megabyte, 3, 0x21, -1, 0);
            if (memory == -1) return $"refused after {i}: {Marshal.GetLastPInvokeError()}";
            NativeMemory.Fill((void*)memory, Megabyte, 1);
        }

        return $"allocated {megabytes}";
    }

    public static string FileInMemory(int megabytes)
    {
        var file = Libc.FileInMemory("balloon", 0);
        if (file < 0) return $"refused: {Marshal.GetLastPInvokeError()}";
        var block = new byte[Megabyte];
        fixed (byte* first = block)
        {
            for (var i = 0; i < megabytes; i++)
            {
                if (Libc.Write(file, first, Megabyte) < 0) return $"refused after {i}: {Marshal.GetLastPInvokeError()}";
            }
        }

        return $"allocated {megabytes}";
    }

    private static void Blow(int megabytes, List<byte[]> kept)
    {
        for (var i = 0; i < megabytes; i++)
        {
            var block = GC.AllocateUninitializedArray<byte>(Megabyte);
            for (var page = 0; page < block.Length; page += 4096) block[page] = 1;
            kept.Add(block);
        }
    }
}
