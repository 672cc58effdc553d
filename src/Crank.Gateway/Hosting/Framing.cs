using Crank.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Hosting;

/// <summary>Refuses bodies whose end another server between could see elsewhere: the only transfer coding is <c>chunked</c>, said once (RFC 9112, section 6.1).</summary>
internal sealed class Framing(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Headers.TransferEncoding is not { Count: > 0 } coding || (coding is [{ } only] && only.Equals("chunked", StringComparison.OrdinalIgnoreCase)))
        {
            return next(context);
        }

        context.Response.Headers.Connection = "close";
        throw new BadRequestException(ProblemCodes.BadRequest, "The only transfer coding taken here is 'chunked', once.", "Leave out Transfer-Encoding.");
    }
}
