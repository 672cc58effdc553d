namespace Crank.Confinement.Linux;

/// <summary>
/// Assembles a filter over system calls as a list of refusals; what none of them meets is allowed. The accumulator holds the call's
/// number between rules. Layout of the data: <c>struct seccomp_data</c>: number at 0, architecture at 4, arguments at 16, 8 bytes each.
/// </summary>
internal sealed class BpfProgram
{
    private const ushort LoadWord = 0x20;
    private const ushort And = 0x54;
    private const ushort JumpEqual = 0x15;
    private const ushort JumpAtLeast = 0x35;
    private const ushort JumpAnyBit = 0x45;
    private const ushort Return = 0x06;

    private const uint Allow = 0x7FFF0000;
    private const uint KillProcess = 0x80000000;
    private const uint Fail = 0x00050000;

    private readonly List<BpfInstruction> _program = [];

    /// <summary>Begins with the architecture: the numbers below mean nothing under another.</summary>
    /// <param name="architecture">The audit number of the only architecture allowed.</param>
    /// <param name="foreignFrom">Call numbers from here on belong to another calling convention.</param>
    public BpfProgram(uint architecture, uint foreignFrom)
    {
        Add(LoadWord, 4);
        Add(JumpEqual, architecture, ifTrue: 1);
        Add(Return, KillProcess);
        LoadNumber();
        Add(JumpAtLeast, foreignFrom, ifFalse: 1);
        Add(Return, KillProcess);
    }

    /// <summary>Refuses a call whatever its arguments.</summary>
    public void Refuse(uint call, uint error)
    {
        Add(JumpEqual, call, ifFalse: 1);
        Add(Return, Fail | error);
    }

    /// <summary>Refuses a call unless an argument (its low half) is this value.</summary>
    public void RefuseUnlessEqual(uint call, int argument, uint value, uint error)
    {
        Add(JumpEqual, call, ifFalse: 4);
        Add(LoadWord, Low(argument));
        Add(JumpEqual, value, ifTrue: 1);
        Add(Return, Fail | error);
        LoadNumber();
    }

    /// <summary>Refuses a call if an argument (its low half) is this value.</summary>
    public void RefuseIfEqual(uint call, int argument, uint value, uint error)
    {
        Add(JumpEqual, call, ifFalse: 4);
        Add(LoadWord, Low(argument));
        Add(JumpEqual, value, ifFalse: 1);
        Add(Return, Fail | error);
        LoadNumber();
    }

    /// <summary>Refuses a call unless an argument (its low half) has one of these bits.</summary>
    public void RefuseUnlessAnyBit(uint call, int argument, uint bits, uint error)
    {
        Add(JumpEqual, call, ifFalse: 4);
        Add(LoadWord, Low(argument));
        Add(JumpAnyBit, bits, ifTrue: 1);
        Add(Return, Fail | error);
        LoadNumber();
    }

    /// <summary>Refuses a call if an argument (its low half) has all of these bits.</summary>
    public void RefuseIfAllBits(uint call, int argument, uint bits, uint error)
    {
        Add(JumpEqual, call, ifFalse: 5);
        Add(LoadWord, Low(argument));
        Add(And, bits);
        Add(JumpEqual, bits, ifFalse: 1);
        Add(Return, Fail | error);
        LoadNumber();
    }

    /// <summary>Refuses a call if an argument, as a pointer, is not null.</summary>
    public void RefuseIfNotNull(uint call, int argument, uint error)
    {
        Add(JumpEqual, call, ifFalse: 6);
        Add(LoadWord, Low(argument));
        Add(JumpEqual, 0, ifFalse: 2);
        Add(LoadWord, Low(argument) + 4);
        Add(JumpEqual, 0, ifTrue: 1);
        Add(Return, Fail | error);
        LoadNumber();
    }

    /// <summary>The program with its last word: what was not refused is allowed.</summary>
    public BpfInstruction[] Build() => [.. _program, new BpfInstruction(Return, 0, 0, Allow)];

    private static uint Low(int argument) => (uint)(16 + (8 * argument));

    private void LoadNumber() => Add(LoadWord, 0);

    private void Add(ushort code, uint operand, byte ifTrue = 0, byte ifFalse = 0) => _program.Add(new BpfInstruction(code, ifTrue, ifFalse, operand));
}
