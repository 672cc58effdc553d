using System.Collections.Immutable;
using Crank.Core;
using Crank.Mesh.Path;

namespace Crank.Mesh.Run;

/// <summary>One attempt of a job, as a worker needs it.</summary>
/// <param name="Job">The job.</param>
/// <param name="Offer">The offer that was chosen.</param>
/// <param name="Capability">What to run.</param>
/// <param name="Input">The input as UTF-8 JSON.</param>
/// <param name="Blobs">The blobs of the input, by member, with the digest that admission saw.</param>
/// <param name="Limit">How long the worker may take.</param>
/// <param name="MinIsolation">The weakest isolation that the job may run in.</param>
/// <param name="TraceParent">W3C Trace Context of the caller; null for none.</param>
/// <param name="Progress">Told how far the job is; null when nobody looks.</param>
/// <param name="Spool">Takes the blobs of the output while they come.</param>
public sealed record Dispatch(
    JobId Job,
    Offer Offer,
    Capability Capability,
    ReadOnlyMemory<byte> Input,
    ImmutableDictionary<string, AdmittedBlob> Blobs,
    TimeSpan Limit,
    IsolationLevel MinIsolation,
    string? TraceParent,
    IProgress<JobProgress>? Progress,
    OutputSpool Spool);
