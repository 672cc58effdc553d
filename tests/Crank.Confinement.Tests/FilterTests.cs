using Crank.Confinement.Linux;
using CsCheck;

namespace Crank.Confinement.Tests;

/// <summary>The filters, run by an interpreter of our own: every branch of the assembler, without a process.</summary>
public sealed class FilterTests
{
    private const uint X64 = 0xC000003E;
    private const uint Allow = 0x7FFF0000;
    private const uint Kill = 0x80000000;
    private const uint NotPermitted = 0x00050001;
    private const uint OutOfMemory = 0x0005000C;
    private const uint NotImplemented = 0x00050026;
    private const int Self = 4711;

    private static readonly BpfInstruction[] Start = SeccompFilter.ForStart(Self);
    private static readonly BpfInstruction[] Work = SeccompFilter.ForWork(Self);

    [Fact]
    public void Another_architecture_is_killed_whatever_it_calls() =>
        Gen.Select(Gen.UInt.Where(a => a != X64), Gen.UInt).Sample((architecture, call) => Run(Work, call, architecture) == Kill && Run(Start, call, architecture) == Kill);

    [Fact]
    public void Numbers_of_the_other_calling_convention_are_killed() =>
        Gen.UInt[0x40000000, uint.MaxValue].Sample(call => Run(Work, call) == Kill && Run(Start, call) == Kill);

    [Fact]
    public void Every_call_of_the_list_is_refused_in_both_stages() =>
        Assert.All(SystemCalls.NeverNeeded, call => Assert.Equal((NotPermitted, NotPermitted), (Run(Start, call), Run(Work, call))));

    [Fact]
    public void Calls_that_no_rule_names_are_allowed() =>
        Gen.Select(Gen.UInt[0, 500], Gen.ULong.Array[6]).Sample((call, arguments) =>
            SystemCalls.NeverNeeded.Contains(call)
            || call is SystemCalls.Mmap or SystemCalls.Clone or SystemCalls.Clone3 or SystemCalls.Fork or SystemCalls.Vfork or SystemCalls.Kill or SystemCalls.Tgkill
                or SystemCalls.Execve or SystemCalls.Execveat or SystemCalls.MemfdCreate or SystemCalls.Setrlimit or SystemCalls.Prlimit64 or SystemCalls.Prctl or SystemCalls.Fcntl or SystemCalls.SetAffinity
            || (Run(Start, call, X64, arguments) == Allow && Run(Work, call, X64, arguments) == Allow));

    [Fact]
    public void Only_the_start_may_execute_a_program_or_name_memory() =>
        Assert.All([SystemCalls.Execve, SystemCalls.Execveat, SystemCalls.MemfdCreate], call => Assert.Equal((Allow, NotPermitted), (Run(Start, call), Run(Work, call))));

    [Fact]
    public void A_thread_may_be_made_and_a_process_may_not() => Gen.ULong.Sample(flags =>
        Run(Work, SystemCalls.Clone, X64, flags) == ((flags & 0x10000) != 0 ? Allow : NotPermitted)
        && Run(Work, SystemCalls.Clone3, X64, flags) == NotImplemented && Run(Work, SystemCalls.Fork) == NotPermitted && Run(Work, SystemCalls.Vfork) == NotPermitted);

    [Fact]
    public void Memory_that_is_both_shared_and_anonymous_is_refused() => Gen.ULong.Sample(flags =>
        Run(Work, SystemCalls.Mmap, X64, 0, 0, 0, flags) == ((flags & 0x21) == 0x21 ? OutOfMemory : Allow));

    [Fact]
    public void A_signal_may_go_to_the_process_itself_alone() => Gen.OneOf(Gen.Const(Self), Gen.Int).Sample(target =>
        new[] { SystemCalls.Kill, SystemCalls.Tgkill }.All(call => Run(Work, call, X64, unchecked((ulong)target)) == (target == Self ? Allow : NotPermitted)));

    [Fact]
    public void Limits_may_be_read_and_not_set() => Gen.OneOf(Gen.Const(0ul), Gen.Const(1ul << 32), Gen.ULong).Sample(limit =>
        Run(Work, SystemCalls.Prlimit64, X64, 0, 7, limit) == (limit == 0 ? Allow : NotPermitted) && Run(Work, SystemCalls.Setrlimit) == NotPermitted);

    [Fact]
    public void No_file_signals_a_process() => Gen.UInt[0, 20].Sample(command =>
        Run(Work, SystemCalls.Fcntl, X64, 0, command) == (command is 8 or 10 or 15 ? NotPermitted : Allow));

    [Fact]
    public void A_thread_chooses_processors_for_itself_alone() => Gen.OneOf(Gen.Const(0u), Gen.UInt).Sample(thread =>
        Run(Work, SystemCalls.SetAffinity, X64, thread) == (thread == 0 ? Allow : NotPermitted));

    [Fact]
    public void The_death_signal_and_the_hidden_memory_stay() => Gen.UInt[0, 80].Sample(option =>
        Run(Work, SystemCalls.Prctl, X64, option) == (option is 1 or 4 ? NotPermitted : Allow) && Run(Start, SystemCalls.Prctl, X64, option) == Allow);

    private static uint Run(BpfInstruction[] program, uint call, uint architecture = X64, params ulong[] arguments)
    {
        uint accumulator = 0;
        for (var at = 0; ; at++)
        {
            var (code, ifTrue, ifFalse, operand) = program[at];
            switch (code)
            {
                case 0x20: accumulator = Load(operand); break;
                case 0x54: accumulator &= operand; break;
                case 0x15: at += accumulator == operand ? ifTrue : ifFalse; break;
                case 0x35: at += accumulator >= operand ? ifTrue : ifFalse; break;
                case 0x45: at += (accumulator & operand) != 0 ? ifTrue : ifFalse; break;
                case 0x06: return operand;
                default: throw new InvalidOperationException($"Instruction {at} has the unknown code {code}.");
            }
        }

        uint Load(uint offset) => offset switch
        {
            0 => call,
            4 => architecture,
            >= 16 when (int)(offset - 16) / 8 is var index => unchecked((uint)((index < arguments.Length ? arguments[index] : 0) >> (offset % 8 == 4 ? 32 : 0))),
            _ => throw new InvalidOperationException($"Nothing lies at {offset}."),
        };
    }
}
