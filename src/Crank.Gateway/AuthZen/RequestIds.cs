using Crank.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.AuthZen;

/// <summary>Gives <c>X-Request-ID</c> back (AuthZEN 1.0, section "Request Identification in a Response"), also on answers that refuse.</summary>
internal sealed class RequestIds(RequestDelegate next)
{
    public const string Field = "X-Request-ID";

    private const int Longest = 256;

    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<EchoesRequestId>() is not null && context.Request.Headers.TryGetValue(Field, out var ids))
        {
            if (ids is not [{ Length: <= Longest } id] || id.Any(c => c is < ' ' or > '~'))
            {
                throw new BadRequestException(ProblemCodes.BadRequest, $"{Field} is given once, in at most {Longest} characters of visible ASCII.", "Send another one, or none.");
            }

            context.Response.Headers[Field] = id;
        }

        return next(context);
    }
}
