using System.Diagnostics;
using Crank.Gateway.Observability.Objectives;
using Crank.Mesh.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Crank.Gateway.Observability;

/// <summary>Puts OpenTelemetry behind what the mesh and the server tell of themselves.</summary>
internal static class ObservabilitySetup
{
    /// <summary>The meters whose figures are shown: ours, and the server's and the runtime's own by their conventional names.</summary>
    private static readonly string[] s_meters =
        [MeshTelemetry.Name, ObjectiveBook.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    public static void AddObservability(this IServiceCollection services, LiveOptions live, GatewayParts parts)
    {
        var options = live.Observability;
        // What the server logs of a request below a warning has its path, its query and its host in it.
        services.AddLogging(logs => logs.AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning));
        services.AddSingleton<DistributedContextPropagator>(new TracePropagator());
        var telemetry = services.AddOpenTelemetry().ConfigureResource(r => r.AddService(
            "crank", serviceVersion: typeof(ObservabilitySetup).Assembly.GetName().Version!.ToString(3), autoGenerateServiceInstanceId: false, serviceInstanceId: parts.Controller.Origin));
        if (options.Metrics != MetricsAccess.Off || options.Otlp is not null)
        {
            telemetry.WithMetrics(metrics =>
            {
                metrics.AddMeter(s_meters);
                if (options.Metrics != MetricsAccess.Off)
                {
                    metrics.AddPrometheusExporter();
                }

                if (options.Otlp is { } otlp)
                {
                    metrics.AddOtlpExporter((exporter, reader) =>
                    {
                        Send(exporter, otlp, "metrics");
                        reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)otlp.Interval.TotalMilliseconds;
                        reader.PeriodicExportingMetricReaderOptions.ExportTimeoutMilliseconds = (int)otlp.Timeout.TotalMilliseconds;
                    });
                }
            });
        }

        if (options.Otlp is { } to)
        {
            telemetry.WithTracing(traces => traces
                .AddSource(RequestSpans.Server, MeshTelemetry.Name)
                .SetSampler(new ParentBasedSampler(new LiveSampler(live)))
                .AddOtlpExporter(exporter =>
                {
                    Send(exporter, to, "traces");
                    exporter.BatchExportProcessorOptions.ScheduledDelayMilliseconds = 1_000;
                }));
            telemetry.WithLogging(logs => logs.AddOtlpExporter(exporter => Send(exporter, to, "logs")));
        }
    }

    private static void Send(OtlpExporterOptions exporter, OtlpOptions to, string signal)
    {
        exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
        exporter.Endpoint = new($"{to.Endpoint.AbsoluteUri.TrimEnd('/')}/v1/{signal}");
        exporter.HttpClientFactory = () =>
        {
            // Not by the exporter's own text of headers, which cannot hold a comma.
            var client = new HttpClient { Timeout = to.Timeout };
            foreach (var (name, value) in to.Headers)
            {
                client.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
            }

            return client;
        };
        exporter.TimeoutMilliseconds = (int)to.Timeout.TotalMilliseconds;
    }
}
