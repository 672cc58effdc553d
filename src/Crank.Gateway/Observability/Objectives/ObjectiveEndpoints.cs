using System.Collections.Immutable;
using System.Text.Json;
using Crank.Gateway.Contract;
using Crank.Gateway.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Observability.Objectives;

/// <summary>Tells how the objectives are kept.</summary>
internal static class ObjectiveEndpoints
{
    public static void MapObjectives(this IEndpointRouteBuilder routes, ObjectiveBook book) =>
        routes.MapGet("/v1/slo", (HttpContext context) => AnswerAsync(context, book)).RequireScope(Scopes.MeshRead).Describe(
            new("listObjectives", ContractTags.Mesh, "Service level objectives and how they are kept")
            {
                Description =
                    "Objectives come from OpenSLO files of the operator. Jobs that failed on their caller's account do not count. " +
                    "A burn rate of 1 uses the error budget up exactly at the end of the window; `alerts` names the pairs of windows that burn too fast.",
                Answers =
                [
                    new(200, "Every objective.", Content.Json("Objectives", """
                        {"objectives":[{"name":"echo-availability","title":"Echo is done","capability":"echo","target":0.99,"windowSeconds":2592000,"good":999,"total":1000,
                        "errorBudgetRemaining":0.9,"burnRates":{"5m":0,"30m":0,"1h":0.1,"6h":0.1,"1d":0.1,"3d":0.1},"alerts":[]}]}
                        """)),
                ],
            });

    private static Task AnswerAsync(HttpContext context, ObjectiveBook book)
    {
        var now = book.Now;
        var list = new ObjectiveList([.. book.Tracks.Select(track => ItemOf(track, now))]);
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        return JsonSerializer.SerializeAsync(context.Response.Body, list, ObjectiveJson.Default.ObjectiveList, context.RequestAborted);
    }

    private static ObjectiveList.Item ItemOf(ObjectiveTrack track, DateTimeOffset now)
    {
        var objective = track.Objective;
        var whole = track.Over(now, objective.Window);
        double Burn(TimeSpan window) => track.Over(now, window).BurnRate(objective.Target);
        return new(
            objective.Name, objective.Title, objective.Capability.Value, objective.Target, objective.Within?.TotalSeconds, (long)objective.Window.TotalSeconds,
            whole.Good, whole.Total, whole.BudgetLeft(objective.Target),
            ObjectiveBook.Windows.ToImmutableSortedDictionary(w => w.Name, w => Burn(w.Length), StringComparer.Ordinal),
            [.. BurnAlert.All.Where(a => Burn(a.Long) > a.Threshold(objective.Window) && Burn(a.Short) > a.Threshold(objective.Window)).Select(a => a.Name).Distinct()]);
    }
}
