using System.Globalization;
using Crank.Gateway.Hosting;
using Crank.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Crank.Gateway.Problems;

/// <summary>The outermost step: whatever goes wrong further in leaves as a problem, and nothing of the inside leaves with it.</summary>
internal sealed partial class ProblemHandling(RequestDelegate next, ILogger<ProblemHandling> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (BadRequestException e)
        {
            if (e.RetryAfter is { } wait && !context.Response.HasStarted)
            {
                context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            }

            await Problem.WriteAsync(context, e.Code, e.Message, e.Hint, e.Errors);
        }
        catch (BadHttpRequestException e)
        {
            await Problem.WriteAsync(context, ProblemCodes.Of(e.StatusCode), e.Message);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to read an answer.
        }
        catch (OperationCanceledException) when (context.IsStopping())
        {
            await Problem.WriteAsync(context, ProblemCodes.Unavailable, "The gateway stops.", "Try again in a moment.");
        }
        catch (StoreException e)
        {
            Failed(log, context.Request.Method, context.GetEndpoint()?.DisplayName ?? "no endpoint", e);
            await Problem.WriteAsync(
                context, ProblemCodes.StorageFailed, e is StoreFullException ? "There is no room left for this." : "What is stored cannot be read or written now; the log has the details.",
                "Try again later.");
        }
#pragma warning disable CA1031 // The last line of defence: what is caught here is logged whole and answered without detail.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Failed(log, context.Request.Method, context.GetEndpoint()?.DisplayName ?? "no endpoint", e);
            await Problem.WriteAsync(context, ProblemCodes.Internal, "The gateway failed; the log has the details.", "Try again; if it stays so, report it with the trace id.");
        }

        if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null } bare)
        {
            var code = ProblemCodes.Of(bare.StatusCode);
            await Problem.WriteAsync(context, code, code == ProblemCodes.NotFound ? $"There is nothing at {context.Request.Path}." : code.Title + ".", code == ProblemCodes.NotFound ? "See /docs for what there is." : "");
        }
    }

    [LoggerMessage(1, LogLevel.Error, "{Method} {Endpoint} failed.")]
    private static partial void Failed(ILogger log, string method, string endpoint, Exception exception);
}
