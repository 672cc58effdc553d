using System.Text.Json.Serialization;

namespace Crank.Doc.Capabilities;

[JsonSerializable(typeof(ConvertInput))]
[JsonSerializable(typeof(ConvertOutput))]
[JsonSerializable(typeof(DetectInput))]
[JsonSerializable(typeof(DetectOutput))]
[JsonSerializable(typeof(InfoInput))]
[JsonSerializable(typeof(InfoOutput))]
internal sealed partial class DocJson : JsonSerializerContext;
