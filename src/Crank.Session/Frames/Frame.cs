using System.Buffers;

namespace Crank.Session.Frames;

/// <summary>One frame as cut from the input: its parts still lie in the reader's buffer and live no longer than it.</summary>
/// <param name="Type">What the frame is.</param>
/// <param name="Header">UTF-8 JSON object.</param>
/// <param name="Payload">Raw bytes; empty for most types.</param>
public readonly record struct Frame(FrameType Type, ReadOnlySequence<byte> Header, ReadOnlySequence<byte> Payload);
