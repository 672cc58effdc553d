namespace Crank.Trust.Verify;

/// <summary>One thing that is wrong with a receipt.</summary>
/// <param name="Fault">Which.</param>
/// <param name="Text">A sentence for people.</param>
public sealed record ReceiptFailure(ReceiptFault Fault, string Text);
