using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Crank.Gateway.Hosting;

/// <summary>Packs answers that are text and worth it, with Brotli or gzip, as the caller accepts.</summary>
internal static class Compression
{
    /// <summary>Answers below this are sent plain: packing them costs more than it saves.</summary>
    private const int LeastBytes = 1024;

    private static readonly string[] s_types =
        ["application/json", "application/problem+json", "application/xml", "text/plain", "text/html", "text/css", "text/csv", "text/markdown", "text/javascript", "text/xml", "image/svg+xml"];

    public static IServiceCollection AddCompression(this IServiceCollection services)
    {
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.MimeTypes = s_types;
            options.Providers.Add<BrotliCompressionProvider>();
            options.Providers.Add<GzipCompressionProvider>();
        });
        services.Replace(ServiceDescriptor.Singleton<IResponseCompressionProvider, Chooser>());
        return services;
    }

    public static IApplicationBuilder UseCompression(this IApplicationBuilder app) => app.UseResponseCompression();

    private sealed class Chooser(IServiceProvider services, IOptions<ResponseCompressionOptions> options) : ResponseCompressionProvider(services, options)
    {
        /// <summary>
        /// Never a stream of events, which is not of these types; nor a file that is named by the digest of its bytes and served in parts; nor what nobody may keep: a secret
        /// packed beside what a caller chose tells of itself by its length (BREACH).
        /// </summary>
        public override bool ShouldCompressResponse(HttpContext context) =>
            context.Response.ContentLength is null or >= LeastBytes
            && context.Response.Headers.AcceptRanges.Count == 0
            && !context.Response.Headers.CacheControl.ToString().Contains("no-store", StringComparison.Ordinal)
            && base.ShouldCompressResponse(context);
    }
}
