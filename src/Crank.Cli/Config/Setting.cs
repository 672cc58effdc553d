namespace Crank.Cli.Config;

/// <summary>One value of the configuration.</summary>
/// <param name="Pointer">Where it stands, as a JSON Pointer, e.g. <c>/mesh/zone</c>.</param>
/// <param name="Variable">Its name in the environment, e.g. <c>CRANK_ZONE</c>.</param>
/// <param name="Description">What it is, its unit and its default.</param>
/// <param name="Live">True when a running <c>crank up</c> takes a new value without a restart.</param>
internal sealed record Setting(string Pointer, string Variable, string Description, bool Live)
{
    /// <summary>The name that <c>--set</c> and <c>crank config show</c> use, e.g. <c>mesh.zone</c>.</summary>
    public string Path => Pointer[1..].Replace('/', '.');
}
