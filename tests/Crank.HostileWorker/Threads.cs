using System.Runtime.CompilerServices;

namespace Crank.HostileWorker;

/// <summary>Tries the same on every kind of thread there is: walls that belong to a thread leak here.</summary>
internal static class Threads
{
    public static string OnEach(Func<string> attack)
    {
        var pool = Task.Run(attack).GetAwaiter().GetResult();
        var own = "";
        var thread = new Thread(() => own = attack());
        thread.Start();
        thread.Join();
        return $"main={attack()} pool={pool} new={own} finalizer={OnFinalizer(attack)}";
    }

    private static string OnFinalizer(Func<string> attack)
    {
        var answer = new TaskCompletionSource<string>();
        Abandon(attack, answer);
        for (var i = 0; i < 10 && !answer.Task.IsCompleted; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return answer.Task.IsCompleted ? answer.Task.Result : "not run";
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Abandon(Func<string> attack, TaskCompletionSource<string> answer) => _ = new Last(attack, answer);

    private sealed class Last(Func<string> attack, TaskCompletionSource<string> answer)
    {
        ~Last() => answer.TrySetResult(attack());
    }
}
