using System.CommandLine;
using System.Net;
using CaBridge.Analysis.Text;
using CaBridge.Analysis.Transactions;
using CaBridge.Contracts;

namespace CaBridge.Cli.Live;

/// <summary>The options that choose transactions; the server applies them.</summary>
internal sealed class TransactionOptions
{
    private static readonly string[] Outcomes = [.. Enum.GetValues<Outcome>().Select(outcome => outcome.Name())];

    private readonly Option<string[]> _operations = new("--operation")
    {
        Description = $"Only this operation ({string.Join(", ", OperationNames.All)}); may be repeated.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _pv = new("--pv") { Description = "Only PVs that match, such as 'LINAC:*'.", HelpName = "GLOB" };
    private readonly Option<string?> _server = Address("--server-address", "Only with this CA server, as 10.44.0.21 or 10.44.0.21:5064.");
    private readonly Option<string?> _client = Address("--client-address", "Only of this CA client.");

    private readonly Option<string[]> _outcomes = new("--outcome")
    {
        Description = $"Only those that ended so ({string.Join(", ", Outcomes)}); may be repeated.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _slowerThan = new("--slower-than") { Description = "Only those that took longer, as 50ms; ns, us, ms and s.", HelpName = "TIME" };
    private readonly Option<string?> _sensor = new("--sensor") { Description = "Only those that this sensor saw.", HelpName = "NAME" };

    public TransactionOptions()
    {
        _operations.AcceptOnlyFromAmong([.. OperationNames.All]);
        _outcomes.AcceptOnlyFromAmong(Outcomes);
        _slowerThan.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !DurationText.TryParse(result.Tokens[0].Value, out _))
            {
                result.AddError($"--slower-than needs {DurationText.Form}, not '{result.Tokens[0].Value}'.");
            }
        });
    }

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_operations, _pv, _server, _client, _outcomes, _slowerThan, _sensor])
        {
            command.Add(option);
        }
    }

    /// <summary>Replies whose request was not seen are no transactions: only who asks for them gets them.</summary>
    public Contracts.V1.TransactionFilter Read(ParseResult parsed)
    {
        var outcomes = (parsed.GetValue(_outcomes) ?? []).Select(name => (Outcome)Array.IndexOf(Outcomes, name)).ToList();
        if (outcomes.Count == 0)
        {
            outcomes = [.. Enum.GetValues<Outcome>().Where(outcome => outcome != Outcome.NoRequest)];
        }

        var filter = new Contracts.V1.TransactionFilter
        {
            Pv = parsed.GetValue(_pv) ?? "",
            Server = parsed.GetValue(_server) ?? "",
            Client = parsed.GetValue(_client) ?? "",
            Sensor = parsed.GetValue(_sensor) ?? "",
            Operations = { (parsed.GetValue(_operations) ?? []).Select(name => OperationOf(name).ToMessage()) },
            Outcomes = { outcomes.Select(outcome => outcome.ToMessage()) },
        };
        if (parsed.GetValue(_slowerThan) is { } text && DurationText.TryParse(text, out var duration))
        {
            filter.SlowerThan = duration.ToDuration();
        }

        return filter;
    }

    /// <summary>What of them chooses findings, too.</summary>
    public Contracts.V1.FindingFilter ReadForFindings(ParseResult parsed) => new()
    {
        Pv = parsed.GetValue(_pv) ?? "",
        Server = parsed.GetValue(_server) ?? "",
        Client = parsed.GetValue(_client) ?? "",
        Sensor = parsed.GetValue(_sensor) ?? "",
    };

    /// <summary>Refuses what has no meaning for findings.</summary>
    /// <param name="findings">Whether findings are asked for.</param>
    public void AddValidatorTo(Command command, Option<bool> findings) => command.Validators.Add(result =>
    {
        if (result.GetResult(findings) is { Implicit: false } && ((Option[])[_operations, _outcomes, _slowerThan]).FirstOrDefault(option => result.GetResult(option) is not null) is { } other)
        {
            result.AddError($"{other.Name} chooses transactions, not --findings.");
        }
    });

    private static Operation OperationOf(string name)
    {
        _ = OperationNames.TryParse(name, out var operation);
        return operation;
    }

    private static Option<string?> Address(string name, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = "ADDRESS" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !IPEndPoint.TryParse(result.Tokens[0].Value, out _))
            {
                result.AddError($"{name} needs an address, as 10.44.0.21, or an endpoint, as 10.44.0.21:5064, not '{result.Tokens[0].Value}'.");
            }
        });
        return option;
    }
}
