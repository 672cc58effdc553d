namespace Crank.Rego.Builtins.Templates;

/// <summary>What stands for a member that is not there.</summary>
internal sealed class TemplateMissing
{
    public static readonly TemplateMissing Value = new();

    private TemplateMissing()
    {
    }

    public override string ToString() => "<undefined>";
}
