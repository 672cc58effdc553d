namespace Crank.Doc.Model;

/// <summary>How the cells of a column are set.</summary>
public enum ColumnAlignment
{
    /// <summary>The file does not say.</summary>
    Unspecified,

    /// <summary>Left.</summary>
    Left,

    /// <summary>Centred.</summary>
    Center,

    /// <summary>Right.</summary>
    Right,
}
