using System.Text.Json.Serialization;

namespace Crank.Echo;

[JsonSerializable(typeof(EchoMessage))]
internal sealed partial class EchoJson : JsonSerializerContext;
