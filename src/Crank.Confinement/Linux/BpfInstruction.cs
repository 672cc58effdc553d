using System.Runtime.InteropServices;

namespace Crank.Confinement.Linux;

/// <summary>One instruction of a classic BPF program (<c>struct sock_filter</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct BpfInstruction(ushort Code, byte IfTrue, byte IfFalse, uint Operand);
