using Crank.Core;

namespace Crank.Mesh;

/// <summary>The clock stands behind what the data folder has seen: receipts and keys would be dated before their time.</summary>
public sealed class ClockBehindException(DateTimeOffset now, DateTimeOffset newest)
    : Exception($"The clock says {now:u}, and the newest job was made at {newest:u}, {new Duration(TimeSpan.FromSeconds(Math.Ceiling((newest - now).TotalSeconds)))} later.");
