using System.Text;
using CaBridge.Extcap;
using CaBridge.Extcap.Contract;

var arguments = new Arguments(args);
using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
try
{
    if (arguments.Has(Names.ListInterfaces))
    {
        Print(Listing.Interfaces());
    }
    else if (arguments.Has(Names.Capture))
    {
        return await CaptureRun.RunAsync(arguments);
    }
    else if (arguments.Has(Names.ListLinkTypes))
    {
        Print(Listing.LinkTypes());
    }
    else if (arguments.Has(Names.ListOptions))
    {
        var name = Names.Known(arguments.Value(Names.Interface));
        Print(arguments.Value(Names.ReloadOption) is { } option ? await Reloading.ReadAsync(name, option, arguments) : Listing.Options(name));
    }
    else if (arguments.Has(Names.CaptureFilter))
    {
        Print(Listing.FilterFaults(arguments.Value(Names.CaptureFilter)));
    }
    else
    {
        Print([arguments.Has(Names.Version) ? Listing.ProgramVersion : HelpPage.Text]);
    }

    return ExitCode.Success;
}
catch (Exception failure) when (Complaint.IsForTheUser(failure))
{
    Complaint.Tell(failure);
    return ExitCode.Failed;
}

void Print(IEnumerable<string> lines)
{
    foreach (var line in lines)
    {
        output.Write(line + "\n");
    }
}
