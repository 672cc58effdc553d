using System.Text.Json.Serialization;

namespace Crank.Gateway.Contract;

/// <summary>Text as JSON.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class ContractJson : JsonSerializerContext;
