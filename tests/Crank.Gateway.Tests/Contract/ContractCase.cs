using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Crank.Gateway.Tests.Contract;

/// <summary>One request made from the contract: as it says, or wrong in one known way.</summary>
internal sealed record ContractCase(ContractApi.Operation Operation, ContractFault Fault, HttpRequestMessage Request)
{
    /// <summary>Makes the same request from the same chance and the same known names.</summary>
    public static ContractCase Make(ContractApi api, Random random, IReadOnlyDictionary<string, List<string>> known)
    {
        var operation = api.Operations[random.Next(api.Operations.Count)];
        var fault = random.Next(2) == 0 ? ContractFault.None : Faults(operation)[random.Next(Faults(operation).Count)];
        var path = operation.Path;
        var query = new List<string>();
        var request = new HttpRequestMessage { Method = new(fault == ContractFault.Method ? "BREW" : operation.Method) };
        var broken = operation.Inputs.Length == 0 ? null : operation.Inputs[random.Next(operation.Inputs.Length)];
        foreach (var input in operation.Inputs)
        {
            var isBroken = fault == ContractFault.Input && input == broken;
            if (input.Place != "path" && !isBroken && (fault != ContractFault.None || !input.Required) && random.Next(2) == 0)
            {
                continue;
            }

            var value = isBroken ? Garbage(random) : Value(input, random, known);
            switch (input.Place)
            {
                case "path": path = path.Replace($"{{{input.Name}}}", Uri.EscapeDataString(value.Length == 0 ? "-" : value), StringComparison.Ordinal); break;
                case "query": query.Add($"{Uri.EscapeDataString(input.Name)}={Uri.EscapeDataString(value)}"); break;
                default: request.Headers.TryAddWithoutValidation(input.Name, Printable(value)); break;
            }
        }

        if (fault == ContractFault.ExtraQuery)
        {
            query.Add("no-such-parameter=1");
        }

        if (random.Next(4) == 0)
        {
            request.Headers.TryAddWithoutValidation("traceparent", random.Next(2) == 0 ? "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" : Printable(Garbage(random)));
        }

        if (fault == ContractFault.Accept)
        {
            request.Headers.TryAddWithoutValidation("Accept", random.Next(2) == 0 ? "application/x-nothing" : "q=;;");
        }

        request.RequestUri = new(path + (query.Count == 0 ? "" : "?" + string.Join('&', query)), UriKind.Relative);
        if (operation.Bodies.Length > 0 && !(fault == ContractFault.NoBody || (!operation.BodyRequired && random.Next(8) == 0)))
        {
            request.Content = Body(operation.Bodies[random.Next(operation.Bodies.Length)], fault, random);
        }

        return new(operation, fault, request);
    }

    public override string ToString() => $"{Request.Method} {Request.RequestUri} ({Operation.Id}, wrong: {Fault})";

    private static List<ContractFault> Faults(ContractApi.Operation operation) =>
    [
        .. Enum.GetValues<ContractFault>().Where(f => f switch
        {
            ContractFault.None => false,
            ContractFault.Input => operation.Inputs.Length > 0,
            ContractFault.NoBody or ContractFault.BodyShape or ContractFault.BodyBytes or ContractFault.MediaType => operation.Bodies.Length > 0,
            ContractFault.Anonymous => operation.Secured,
            ContractFault.Scope => operation.Scope is not null,
            _ => true,
        }),
    ];

    private static string Value(ContractApi.Input input, Random random, IReadOnlyDictionary<string, List<string>> known)
    {
        if (known.TryGetValue(input.Name, out var names) && names.Count > 0 && random.Next(5) != 0)
        {
            return names[random.Next(names.Count)];
        }

        if (input.Example is not null && random.Next(3) == 0)
        {
            return input.Example;
        }

        var made = input.Schema.Make(random);
        return made is JsonValue value && value.TryGetValue<string>(out var text) ? text : made?.ToJsonString() ?? "";
    }

    private static HttpContent Body(ContractApi.Content content, ContractFault fault, Random random)
    {
        var mediaType = fault == ContractFault.MediaType ? "application/x-nothing" : content.MediaType;
        if (content.MediaType == "multipart/form-data" && fault != ContractFault.MediaType)
        {
            var form = new MultipartFormDataContent("--b" + random.Next());
            form.Add(new StringContent("hello"), fault == ContractFault.BodyShape ? "" + random.Next() : "message");
            return form;
        }

        byte[] bytes;
        if (content.MediaType == "application/x-www-form-urlencoded")
        {
            bytes = Encoding.UTF8.GetBytes(fault is ContractFault.BodyShape or ContractFault.BodyBytes ? "%zz&&==" : "message=hello");
        }
        else if (content.Schema.Node.Count == 0)
        {
            bytes = new byte[random.Next(64)];
            random.NextBytes(bytes);
        }
        else
        {
            var made = random.Next(3) == 0 && content.Example is { } example ? JsonNode.Parse(example.GetRawText()) : content.Schema.Make(random);
            if (fault == ContractFault.BodyShape)
            {
                made = Bend(made, random);
            }

            bytes = Encoding.UTF8.GetBytes(made?.ToJsonString() ?? "null");
            if (fault == ContractFault.BodyBytes)
            {
                bytes = random.Next(6) switch
                {
                    0 => bytes[..(bytes.Length / 2)],
                    1 => [.. bytes, .. "{}"u8],
                    2 => [.. "{\"a\":\""u8, 0xff, 0xc0, .. "\"}"u8],
                    3 => Encoding.UTF8.GetBytes(new string('[', 5_000) + new string(']', 5_000)),
                    4 => """{"input":{},"input":{},"a":1,"a":2}"""u8.ToArray(),
                    _ => [],
                };
            }
        }

        var body = new ByteArrayContent(bytes);
        body.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType.Contains('*', StringComparison.Ordinal) ? "application/octet-stream" : mediaType);
        return body;
    }

    /// <summary>The same value with one thing of another type, missing, or too many.</summary>
    private static JsonNode? Bend(JsonNode? node, Random random)
    {
        if (node is JsonObject { Count: > 0 } map && random.Next(4) != 0)
        {
            var name = map.ElementAt(random.Next(map.Count)).Key;
            switch (random.Next(4))
            {
                case 0: map.Remove(name); break;
                case 1: map[name] = Odd(random); break;
                case 2: map["noSuchMember"] = Odd(random); break;
                default:
                    var child = map[name]?.DeepClone();
                    map[name] = Bend(child, random);
                    break;
            }

            return map;
        }

        return Odd(random);
    }

    private static JsonNode? Odd(Random random) => random.Next(8) switch
    {
        0 => null,
        1 => -1,
        2 => 1e300,
        3 => "",
        4 => new string('x', 3_000),
        5 => new JsonArray(1, "2", null),
        6 => "\0\u0001😀",
        _ => new JsonObject { ["x"] = true },
    };

    private static string Garbage(Random random) => random.Next(7) switch
    {
        0 => "-",
        1 => "99999999999999999999999",
        2 => "' or 1=1; --",
        3 => "😀\u0301中",
        4 => new string('a', 300),
        5 => "%00..",
        _ => "NaN",
    };

    /// <summary>Header fields carry visible ASCII; what else a connection may send is another test's.</summary>
    private static string Printable(string value) => string.Concat(value.Select(c => c is >= ' ' and <= '~' ? c : '?'));
}
