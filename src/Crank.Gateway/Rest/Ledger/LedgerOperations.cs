using Crank.Gateway.Contract;

namespace Crank.Gateway.Rest.Ledger;

/// <summary>What the contract says of <see cref="LedgerEndpoints"/>.</summary>
internal static class LedgerOperations
{
    public static Operation Accounts { get; } = new("listAccounts", ContractTags.Mesh, "List the accounts of the mesh")
    {
        Description = "Every account with its balance, what is held, and how far it may fall.",
        Answers = [new(200, "The accounts.", Content.Json("Accounts"))],
    };

    public static Operation Transfers { get; } = new("exportTransfers", ContractTags.Mesh, "Export every transfer")
    {
        Description = "Oldest first, one JSON object a line or RFC 4180 CSV, streamed.",
        Parameters = [Parameter.Query("format", "`jsonl`, the default, or `csv`.", """{"enum":["jsonl","csv"]}""")],
        Answers = [new(200, "The transfers.", new("application/jsonl", """{"type":"string"}"""), new("text/csv", """{"type":"string"}"""))],
    };

    public static Operation Verification { get; } = new("verifyLedger", ContractTags.Mesh, "Check that everything adds up")
    {
        Description = "Scans balances, transfers, holds, receipts, log and checkpoints. Its cost grows with all that was ever done.",
        Answers = [new(200, "What was found.", Content.Json("Verification"))],
    };
}
