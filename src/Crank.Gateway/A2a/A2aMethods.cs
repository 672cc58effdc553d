using System.Globalization;
using System.Runtime.CompilerServices;
using Crank.Core;
using Crank.Gateway.A2a.Protocol;
using Crank.Gateway.Agents;
using Crank.Gateway.Identity;
using Crank.Gateway.Quotas;
using Crank.Mesh;
using Crank.Mesh.Path;
using Crank.Mesh.Queue;
using Crank.Storage;

namespace Crank.Gateway.A2a;

/// <summary>What the methods of the protocol do. A task is a queued job: it is on disk before the agent hears of it, and outlives every connection.</summary>
internal sealed class A2aMethods(Controller controller, JobReader jobs, MessageReader messages, Conversations conversations, AgentTasks tasks, Door door, LiveOptions options)
{
    private const int DefaultPage = 50;

    /// <summary>How many jobs one list looks at, from the newest.</summary>
    private const int MaxLookedAt = 1_000;

    /// <summary>Begins a task, and waits for its end unless told otherwise. Who stops waiting finds it by its id.</summary>
    public async Task<SendMessageResponse> SendAsync(Caller caller, SendMessageRequest request, string? traceParent, int urgency, CancellationToken cancellationToken)
    {
        var asked = Asked(caller, request, traceParent);
        using var pass = request.Configuration?.ReturnImmediately == true ? null : await door.PassAsync(asked.Capability.Value, caller, urgency, cancellationToken);
        var (job, refusal) = await BeginAsync(caller, request, asked, cancellationToken);
        if (refusal is null && request.Configuration?.ReturnImmediately != true)
        {
            await EndAsync(caller, job, cancellationToken);
        }

        return new() { Task = Said(job, refusal, await FoundAsync(caller, job, request.Configuration?.HistoryLength, true, cancellationToken)) };
    }

    /// <summary>Begins a task, and tells what happens to it until its end.</summary>
    public async IAsyncEnumerable<StreamResponse> StreamAsync(
        Caller caller, SendMessageRequest request, string? traceParent, int urgency, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var asked = Asked(caller, request, traceParent);
        using var pass = await door.PassAsync(asked.Capability.Value, caller, urgency, cancellationToken);
        var (job, refusal) = await BeginAsync(caller, request, asked, cancellationToken);
        await foreach (var news in NewsAsync(caller, job, request.Configuration?.HistoryLength, cancellationToken))
        {
            yield return news.Task is { } task ? news with { Task = Said(job, refusal, task) } : news;
        }
    }

    /// <summary>Tells what happens to a task that has not ended.</summary>
    public async IAsyncEnumerable<StreamResponse> SubscribeAsync(Caller caller, TaskRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var job = IdOf(request.Id);
        var summary = jobs.Find(caller, job) ?? throw A2aException.TaskNotFound();
        if (summary.State.IsTerminal())
        {
            throw A2aException.Unsupported("The task has ended; nothing more will happen to it.", "Read it with GetTask.");
        }

        await foreach (var news in NewsAsync(caller, job, null, cancellationToken))
        {
            yield return news;
        }
    }

    public async Task<AgentTask> GetAsync(Caller caller, GetTaskRequest request, CancellationToken cancellationToken) =>
        await FoundAsync(caller, IdOf(request.Id), request.HistoryLength, true, cancellationToken);

    /// <summary>Takes a task back, and answers when that is settled one way or the other.</summary>
    public async Task<AgentTask> CancelAsync(Caller caller, TaskRequest request, CancellationToken cancellationToken)
    {
        var job = IdOf(request.Id);
        switch (await controller.CancelAsync(caller.Tenant, job))
        {
            case CancelAnswer.NotFound:
                throw A2aException.TaskNotFound();
            case CancelAnswer.Ended:
                throw A2aException.TaskNotCancelable();
            default:
                await EndAsync(caller, job, cancellationToken);
                return await FoundAsync(caller, job, null, true, cancellationToken);
        }
    }

    /// <summary>Tasks of the caller's tenant, newest first.</summary>
    public async Task<ListTasksResponse> ListAsync(Caller caller, ListTasksRequest request, CancellationToken cancellationToken)
    {
        if (request.PageSize is < 1 or > 100)
        {
            throw A2aException.InvalidParams("A pageSize is 1 to 100.");
        }

        JobId? before = request.PageToken is { Length: > 0 } token ? JobId.TryParse(token, null, out var id) ? id : throw A2aException.InvalidParams("The pageToken is not one that was given out here.") : null;
        DateTimeOffset? since = request.StatusTimestampAfter is { } text
            ? DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : throw A2aException.InvalidParams("statusTimestampAfter is not a time (RFC 3339).")
            : null;
        var size = Math.Min(request.PageSize ?? DefaultPage, options.Agents.Page);
        var found = jobs.List(caller, JobFilter.All, null, MaxLookedAt)
            .Where(j => request.Status is null || AgentTasks.StateOf(j.State) == request.Status)
            .Where(j => since is null || (j.FinishedAt ?? j.AcceptedAt) >= since)
            .Where(j => request.ContextId is not { Length: > 0 } context || tasks.ContextOf(caller, j.Id) == context)
            .ToList();
        var page = found.Where(j => before is null || j.Id.CompareTo(before.Value) < 0).Take(size + 1).ToList();
        var shown = new List<AgentTask>();
        foreach (var job in page.Take(size))
        {
            shown.Add(await tasks.OfAsync(caller, job, request.HistoryLength ?? 0, request.IncludeArtifacts == true, cancellationToken));
        }

        return new() { Tasks = shown, PageSize = size, TotalSize = found.Count, NextPageToken = page.Count > size ? page[size - 1].Id.ToString() : "" };
    }

    /// <summary>The task with the words of the refusal itself, which say more than what is kept of it.</summary>
    private static AgentTask Said(JobId job, Refusal? refusal, AgentTask task) => refusal is null || task.Status?.Message is null
        ? task
        : task with { Status = AgentTasks.StatusOf(job, JobState.Refused, default, refusal) with { State = task.Status.State, Timestamp = task.Status.Timestamp } };

    /// <summary>The job that a message asks for.</summary>
    private JobRequest Asked(Caller caller, SendMessageRequest request, string? traceParent)
    {
        var job = messages.Read(caller, request, traceParent);
        if (request.Message!.TaskId is { Length: > 0 } earlier)
        {
            _ = jobs.Find(caller, IdOf(earlier)) ?? throw A2aException.TaskNotFound();
            throw A2aException.Unsupported("A task takes one message; this one has its input.", "Send a message without taskId and with the same contextId.");
        }

        return job;
    }

    private async Task<(JobId Job, Refusal? Refusal)> BeginAsync(Caller caller, SendMessageRequest request, JobRequest job, CancellationToken cancellationToken)
    {
        var message = request.Message!;
        var report = await controller.AcceptAsync(job, Schedule.Soon, cancellationToken);
        if (report.Job is not { } id)
        {
            var refusal = report.Refusal!;
            throw refusal.Kind is RefusalKind.BadInput or RefusalKind.NotFound
                ? A2aException.InvalidParams(refusal.Message, refusal.Try)
                : new A2aException(-32603, "NOT_ACCEPTED", $"{refusal.Code}: {refusal.Message}", refusal.Try);
        }

        await conversations.RememberAsync(caller.Tenant, id, message.ContextId is { Length: > 0 } context ? context : null, message);
        return (id, report.Refusal);
    }

    private async Task EndAsync(Caller caller, JobId job, CancellationToken cancellationToken)
    {
        if (controller.Watch(caller.Tenant, job, -1, cancellationToken) is not { } events)
        {
            return;
        }

        try
        {
            await foreach (var seen in events)
            {
                if (seen.IsLast)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The caller left or the gateway stops; the task goes on, and is answered as it stands.
        }
    }

    /// <summary>The task as it stands, then its states and progress, then what it delivered, and last its end.</summary>
    private async IAsyncEnumerable<StreamResponse> NewsAsync(Caller caller, JobId job, int? history, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var task = await FoundAsync(caller, job, history, true, cancellationToken);
        yield return new() { Task = task };
        if (task.Status!.State is not (AgentTaskState.Submitted or AgentTaskState.Working))
        {
            yield break;
        }

        await foreach (var seen in controller.Watch(caller.Tenant, job, -1, cancellationToken) ?? throw A2aException.TaskNotFound())
        {
            if (seen is { IsLast: false, Progress: null } && AgentTasks.StateOf(seen.State) == task.Status!.State)
            {
                continue;
            }

            var report = seen.IsLast ? jobs.Report(caller, job) : null;
            if (report?.Delivery is { } delivery)
            {
                yield return new()
                {
                    ArtifactUpdate = new()
                    {
                        TaskId = task.Id,
                        ContextId = task.ContextId,
                        Artifact = await tasks.ArtifactAsync(job, delivery, cancellationToken),
                        LastChunk = true,
                    },
                };
            }

            var note = seen.Progress is { } progress
                ? string.Create(CultureInfo.InvariantCulture, $"{progress.Share:P0}{(progress.Note is null ? "" : " " + progress.Note)}")
                : null;
            yield return new()
            {
                StatusUpdate = new() { TaskId = task.Id, ContextId = task.ContextId, Status = AgentTasks.StatusOf(job, seen.State, seen.At, report?.Refusal, note) },
            };
        }
    }

    private async Task<AgentTask> FoundAsync(Caller caller, JobId job, int? history, bool withArtifacts, CancellationToken cancellationToken) =>
        await tasks.FindAsync(caller, job, history, withArtifacts, cancellationToken) ?? throw A2aException.TaskNotFound();

    private static JobId IdOf(string? id) => JobId.TryParse(id, null, out var job) ? job : throw A2aException.TaskNotFound();
}
