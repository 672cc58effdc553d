namespace Crank.Mesh.Authorize.Log;

/// <summary>What a mark of the log says. The names are in logs: a name never changes its meaning.</summary>
public enum LogMarkKind
{
    /// <summary>A run of the writer begins, or goes on in another file.</summary>
    Begin,

    /// <summary>Decisions were lost: more came than could be written, or the disk refused them.</summary>
    Gap,

    /// <summary>Vouches for the lines before it, so that a run that goes on for long need not end for it.</summary>
    Check,

    /// <summary>The run ends, or goes on in another file. Nothing is missing.</summary>
    End,
}
