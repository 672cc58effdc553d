using OpenTelemetry.Trace;

namespace Crank.Gateway.Observability;

/// <summary>Records the share of traces that the options in force say.</summary>
internal sealed class LiveSampler(LiveOptions options) : Sampler
{
    private volatile Share _share = Share.Of(options.Observability.SampleRatio);

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        var (share, ratio) = (_share, options.Observability.SampleRatio);
        if (!share.Ratio.Equals(ratio))
        {
            _share = share = Share.Of(ratio);
        }

        return share.Sampler.ShouldSample(samplingParameters);
    }

    private sealed record Share(double Ratio, TraceIdRatioBasedSampler Sampler)
    {
        public static Share Of(double ratio) => new(ratio, new(ratio));
    }
}
