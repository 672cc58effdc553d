using System.Collections.Immutable;
using System.Text;
using Crank.Core;
using Crank.Gateway.Agents;
using Crank.Gateway.Identity;
using Crank.Mesh;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Crank.Gateway.Mcp;

/// <summary>What a person may ask an agent about a mesh, with what the agent needs to know for it, and completions of the arguments.</summary>
internal sealed class McpPrompts(Controller controller, JobReader jobs)
{
    private const string ExplainJob = "explain-job";
    private const string UseCapability = "use-capability";
    private const string JobArgument = "job";
    private const string CapabilityArgument = "capability";
    private const string TaskArgument = "task";

    /// <summary>How many values a completion has at most; the protocol's own maximum.</summary>
    private const int MaxValues = 100;

    private const int MaxTask = 4_000;

    private static readonly ImmutableArray<Prompt> s_prompts =
    [
        new()
        {
            Name = ExplainJob,
            Title = "Explain a job",
            Description = "Says from its signed receipt how a job ended, who decided what, where it ran, and what it cost in money, energy and emissions.",
            Arguments = [new() { Name = JobArgument, Description = "The job's id.", Required = true }],
        },
        new()
        {
            Name = UseCapability,
            Title = "Use a capability",
            Description = "Does a task with one capability of the mesh.",
            Arguments =
            [
                new() { Name = CapabilityArgument, Description = "The capability's name, which is the tool's.", Required = true },
                new() { Name = TaskArgument, Description = "What is to be done.", Required = true },
            ],
        },
    ];

    public static ListPromptsResult List() => new() { Prompts = [.. s_prompts] };

    public GetPromptResult Get(RequestContext<GetPromptRequestParams> request)
    {
        var caller = McpCaller.Of(request.User).Caller;
        var name = request.Params?.Name ?? "";
        return name switch
        {
            ExplainJob => Explain(caller, Argument(request, JobArgument)),
            UseCapability => Use(Argument(request, CapabilityArgument), Argument(request, TaskArgument)),
            _ => throw new McpProtocolException($"There is no prompt '{PlainText.Of(name, 128)}'; there are {string.Join(", ", s_prompts.Select(p => p.Name))}.", McpErrorCode.InvalidParams),
        };
    }

    /// <summary>What an argument may become: jobs of the caller's tenant, newest first, and capabilities by name. What is not known has none.</summary>
    public CompleteResult Complete(RequestContext<CompleteRequestParams> request)
    {
        var caller = McpCaller.Of(request.User).Caller;
        var (argument, typed) = (request.Params?.Argument.Name, request.Params?.Argument.Value ?? "");
        var isOurs = request.Params?.Ref switch
        {
            PromptReference prompt => s_prompts.Any(p => p.Name == prompt.Name && p.Arguments!.Any(a => a.Name == argument)),
            ResourceTemplateReference template => template.Uri?.StartsWith(JobReader.Jobs, StringComparison.Ordinal) == true,
            _ => false,
        };
        List<string> values = !isOurs ? [] : argument switch
        {
            CapabilityArgument => [.. Names().Where(n => n.StartsWith(typed, StringComparison.Ordinal)).Take(MaxValues + 1)],
            JobArgument when caller.Scopes.Contains(Scopes.JobsRead) =>
                [.. jobs.List(caller, Storage.JobFilter.All, null, MaxValues).Select(j => j.Id.ToString()).Where(id => id.StartsWith(typed, StringComparison.OrdinalIgnoreCase))],
            _ => [],
        };
        return new() { Completion = new() { Values = [.. values.Take(MaxValues)], HasMore = values.Count > MaxValues } };
    }

    private GetPromptResult Explain(Caller caller, string text)
    {
        if (!JobId.TryParse(text, null, out var job) || !caller.Scopes.Contains(Scopes.JobsRead) || jobs.Receipt(caller, job) is not { } receipt)
        {
            throw new McpProtocolException($"There is no job '{PlainText.Of(text, 64)}' of yours with a receipt.", McpErrorCode.InvalidParams);
        }

        return new()
        {
            Description = $"Explain job {job}",
            Messages =
            [
                Says(new TextContentBlock { Text = "Explain to me how this job ended and why: who decided what, which offer was chosen and why the others lost, where it ran and how isolated, and what it cost in money, energy and emissions. Say which numbers are measured and which are modelled. Its signed receipt:" }),
                Says(new EmbeddedResourceBlock { Resource = new TextResourceContents { Uri = JobReader.ReceiptUri(job), MimeType = McpResources.ReceiptType, Text = Encoding.UTF8.GetString(receipt) } }),
            ],
        };
    }

    private GetPromptResult Use(string text, string task)
    {
        if (!CapabilityName.TryParse(text, null, out var name) || controller.Catalogue.Find(name, null) is not { Capability: var capability })
        {
            throw new McpProtocolException($"There is no capability '{PlainText.Of(text, 64)}'.", McpErrorCode.InvalidParams);
        }

        var tool = McpTools.Of(capability);
        return new()
        {
            Description = $"Use {capability.Id.Name}",
            Messages =
            [
                Says(new TextContentBlock
                {
                    Text = $"Do this with the tool '{tool.Name}' ({tool.Description}): {PlainText.Of(task, MaxTask)}\n\n"
                        + "Each call is a job that is priced and leaves a receipt. Call it once; if it refuses, do what the refusal says to try. Tell me what came out and what it cost.",
                }),
            ],
        };
    }

    private IEnumerable<string> Names() => controller.Catalogue.All.Select(c => c.Id.Name.Value).Distinct();

    private static PromptMessage Says(ContentBlock content) => new() { Role = Role.User, Content = content };

    private static string Argument(RequestContext<GetPromptRequestParams> request, string name) =>
        request.Params?.Arguments is { } given && given.TryGetValue(name, out var value) && value.ValueKind == System.Text.Json.JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : throw new McpProtocolException($"The prompt needs the argument '{name}'.", McpErrorCode.InvalidParams);
}
