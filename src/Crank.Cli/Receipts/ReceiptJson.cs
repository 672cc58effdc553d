using System.Text.Json.Nodes;
using Crank.Core;
using Crank.Trust.Statements;

namespace Crank.Cli.Receipts;

/// <summary>A receipt as the JSON that was signed.</summary>
internal static class ReceiptJson
{
    public static JsonNode Of(Receipt receipt) => JsonNode.Parse(ReceiptStatement.Encode(receipt))!["predicate"]!.DeepClone();
}
