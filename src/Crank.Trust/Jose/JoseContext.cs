using System.Text.Json;
using System.Text.Json.Serialization;

namespace Crank.Trust.Jose;

[JsonSerializable(typeof(Dictionary<string, JsonElement>))]
internal sealed partial class JoseContext : JsonSerializerContext;
