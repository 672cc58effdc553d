using System.Text.Json.Serialization;

namespace Crank.Hash;

[JsonSerializable(typeof(HashInput))]
[JsonSerializable(typeof(HashOutput))]
internal sealed partial class HashJson : JsonSerializerContext;
