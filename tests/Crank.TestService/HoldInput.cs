using System.ComponentModel.DataAnnotations;

namespace Crank.TestService;

/// <summary>What to wait for.</summary>
/// <param name="File">A path: the process id is written into PATH.pid, and the job ends when PATH is there. Left out, it ends at once.</param>
public sealed record HoldInput([property: StringLength(4096)] string? File = null);
